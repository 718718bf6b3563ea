using Espalier.Execution;
using Espalier.Matching;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Experiments.Stages;

/// <summary>Finds π that aligns A with B by activations and weights together.</summary>
/// <param name="a">A: dense, at T, or pruned.</param>
/// <param name="b">B.</param>
/// <param name="epochOfB">Epoch of B to align with.</param>
/// <param name="options">Both parts and their balance.</param>
public sealed class CombinedMatchStage(Stage a, DenseStage b, int epochOfB, CombinedMatchingOptions options) : Stage([a, b])
{
    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title => $"match activations and weights of {a.Title} with B at {epochOfB}";

    /// <inheritdoc/>
    public override object Options => new { Way = "combined", EpochOfB = epochOfB, Combined = options };

    /// <inheritdoc/>
    public override double Flops => 2 * b.Model.FlopsPerImage / 3 * Math.Min(options.Activations.Images, b.Data.ImagesPerEpoch);

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet wa = WeightsFile.Read(run.File(a, INetworkStage.Weights), b.Model.Network), wb = WeightsFile.Read(run.File(b, b.FileAt(epochOfB)), b.Model.Network);
        using Mask? mask = a is PruneStage ? MaskFile.Read(run.File(a, PruneStage.MaskName), b.Model.Network) : null;
        TrainingData images = run.Images(b.Data, new TrainingOptions { Precision = Precision.Float32 });
        Match match = CombinedMatching.Run(wa, wb, images.Matching, options, null, new Relay<double>(share => run.Report(share)), run.Cancel);
        MatchFile.Write(run[MatchStage.PermutationName], match, MatchFile.Certify(match, wa, mask, images.Matching));
        return new StageResult(new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["mean_score"] = match.MeanScore,
            ["objective_at_start"] = match.Objective[0],
            ["objective"] = match.Objective[^1],
            ["steps"] = match.Objective.Count - 1,
        });
    }
}

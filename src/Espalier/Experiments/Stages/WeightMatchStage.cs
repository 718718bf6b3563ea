using Espalier.Execution;
using Espalier.Matching;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Experiments.Stages;

/// <summary>
/// Finds π that aligns A's pruned weights with B's weights at a rewind epoch, by coordinate descent on the weights themselves: B need not be trained beyond
/// that epoch, and what the mask keeps of A decides.
/// </summary>
/// <param name="a">A, pruned.</param>
/// <param name="b">B.</param>
/// <param name="epochOfB">Epoch of B to align with.</param>
/// <param name="start">The permutation to begin with; null for the identity, which needs no images.</param>
/// <param name="seed">The run's seed: it orders the groups.</param>
public sealed class WeightMatchStage(PruneStage a, DenseStage b, int epochOfB, MatchStage? start, long seed) : Stage([a, b, .. start is null ? Array.Empty<Stage>() : [start]])
{
    private readonly WeightMatchingOptions _options = new() { Seed = seed };

    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title => $"match weights of {a.Title} with B at {epochOfB}{(start is null ? "" : ", from activations")}";

    /// <inheritdoc/>
    public override object Options => new { Way = "weights", EpochOfB = epochOfB, Weights = _options };

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet wa = WeightsFile.Read(run.File(a, INetworkStage.Weights), a.Model.Network), wb = WeightsFile.Read(run.File(b, b.FileAt(epochOfB)), b.Model.Network);
        using Mask mask = MaskFile.Read(run.File(a, PruneStage.MaskName), a.Model.Network);
        Permutation? from = start is null ? null : PermutationFile.Read(run.File(start, MatchStage.PermutationName), a.Model.Network);
        Match match = WeightMatching.Run(wa, wb, _options, from, run.Cancel);
        TrainingData images = run.Images(a.Data, new TrainingOptions { Precision = Precision.Float32 });
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

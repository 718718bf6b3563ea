using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Matching;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Finds π that aligns A's weights with B's at some epoch by coordinate descent on the weights themselves. Of a pruned A what the mask
/// keeps decides; B need not be trained beyond that epoch.
/// </summary>
/// <param name="a">A, dense or pruned.</param>
/// <param name="b">B.</param>
/// <param name="epochOfB">Epoch of B to align with.</param>
/// <param name="start">The permutation to begin with; null for the identity, which needs no images.</param>
/// <param name="options">Criterion, restarts; its seed orders the groups.</param>
public sealed class WeightMatchStage(Stage a, DenseStage b, int epochOfB, MatchStage? start, WeightMatchingOptions options)
    : Stage([a, b, .. start is null ? Array.Empty<Stage>() : [start]])
{
    private readonly ModelSource _model = ((INetworkStage)a).Model;

    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title => $"match weights of {a.Title} with B at {epochOfB}{(start is null ? "" : ", from activations")}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Way = "weights",
            EpochOfB = epochOfB,
            Weights = options,
        };

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet wa = WeightsFile.Read(run.File(a, INetworkStage.Weights), _model.Network),
            wb = WeightsFile.Read(run.File(b, b.FileAt(epochOfB)), _model.Network);
        using Mask? mask = a is PruneStage ? MaskFile.Read(run.File(a, PruneStage.MaskName), _model.Network) : null;
        Permutation? from = start is null ? null : PermutationFile.Read(run.File(start, MatchStage.PermutationName), _model.Network);
        Match match = new WeightMatcher(options).Match(new MatchingProblem(wa, null, wb) { Start = from }, null, run.Cancel);
        TrainingData images = run.Images(b.Data, new TrainingOptions { Precision = Precision.Float32 });
        MatchFile.Write(run[MatchStage.PermutationName], match, MatchFile.Certify(match, wa, mask, images.Matching));
        return MatcherStage.ResultOf(match);
    }
}

using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Matching;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Finds π that aligns A with B in any way that needs images.</summary>
/// <param name="a">A: dense, at T, or pruned.</param>
/// <param name="b">B.</param>
/// <param name="epochOfB">Epoch of B to align with.</param>
/// <param name="way">Name of the way, such as <c>combined</c>.</param>
/// <param name="matcher">The way.</param>
/// <param name="options">Everything that decides of it.</param>
/// <param name="start">The permutation to begin with; null where the way begins by itself.</param>
public sealed class MatcherStage(Stage a, DenseStage b, int epochOfB, string way, IMatcher matcher, object options, MatchStage? start)
    : Stage([a, b, .. start is null ? Array.Empty<Stage>() : [start]])
{
    /// <inheritdoc/>
    public override string Kind => "match";

    /// <inheritdoc/>
    public override string Title => $"match, {way}, {a.Title} with B at {epochOfB}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Way = way,
            EpochOfB = epochOfB,
            Matcher = options,
        };

    /// <inheritdoc/>
    public override double Flops => 2 * b.Model.FlopsPerImage / 3 * b.Data.ImagesPerEpoch;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet wa = WeightsFile.Read(run.File(a, INetworkStage.Weights), b.Model.Network),
            wb = WeightsFile.Read(run.File(b, b.FileAt(epochOfB)), b.Model.Network);
        using Mask? mask = a is PruneStage ? MaskFile.Read(run.File(a, PruneStage.MaskName), b.Model.Network) : null;
        (BatchSource looked, BatchSource plain) = MatchStage.ImagesFor(run, b.Data, matcher.Shuffled);
        Permutation? from = start is null ? null : PermutationFile.Read(run.File(start, MatchStage.PermutationName), b.Model.Network);
        var problem = new MatchingProblem(wa, mask, wb, looked) { Start = from };
        Match match = matcher.Match(problem, new Relay<double>(share => run.Report(share)), run.Cancel);
        MatchFile.Write(run[MatchStage.PermutationName], match, MatchFile.Certify(match, wa, mask, plain));
        return ResultOf(match);
    }

    /// <summary>What an ascent has come to.</summary>
    internal static StageResult ResultOf(Match match)
    {
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (match.MeanScore is { } mean)
            numbers["mean_score"] = mean;
        if (match.Ascent is { } ascent)
            (numbers["objective_at_start"], numbers["objective"], numbers["steps"]) = (ascent.Start, ascent.Reached, ascent.Steps);
        return new StageResult(numbers);
    }
}

using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>What the studies of a run say, for one network, in sentences with their numbers.</summary>
internal static class StudyFindings
{
    /// <summary>One sentence a study; none where nothing was measured.</summary>
    public static IReadOnlyList<string> Of(RunView view, string model) =>
        [.. Barrier(view, model), .. Pruning(view, model), .. Diversity(view, model)];

    private static IEnumerable<string> Barrier(RunView view, string model)
    {
        var kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB);
        if (kinds.Count == 0)
            yield break;
        string Of(IGrouping<PathKind, BarrierResult> kind) => $"{Error(kind)} {BarrierNames.Label(kind.Key)}";
        yield return $"Between A and B the error barrier on test images is, in points: {string.Join("; ", kinds.Select(Of))}"
            + (view.IsOfGivenFiles ? "." : $" (n = {Numbers.Count(kinds.Max(kind => kind.Count()))}).");
    }

    private static IEnumerable<string> Pruning(RunView view, string model)
    {
        var kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.AlongPruning);
        if (kinds.Count == 0)
            yield break;
        double last = kinds.SelectMany(kind => kind).Max(curve => curve.Sparsity);
        IEnumerable<string> parts = kinds.Select(kind =>
            $"{Error(kind.Where(curve => curve.Sparsity == last))} with {BarrierNames.Name(kind.Key.Correction)}"
        );
        yield return $"From dense A to A pruned to {Numbers.Percent(last, 1)} the error barrier is, in points: "
            + $"{string.Join("; ", parts)}.";
    }

    private static IEnumerable<string> Diversity(RunView view, string model)
    {
        foreach (
            var point in view
                .Results.Studies.Ensembles.Where(e => e.Model == model && e.RewindEpoch is not null)
                .GroupBy(e => (e.Sparsity, e.RewindEpoch))
        )
        {
            if (
                point.FirstOrDefault(e => e.Method == MethodNames.Lth) is not { } lth
                || point.FirstOrDefault(e => e.Method == MethodNames.Permuted) is not { } permuted
            )
                continue;
            yield return Numbers.Invariant(
                $"At {Numbers.Percent(point.Key.Sparsity)}, k = {point.Key.RewindEpoch}, {lth.MemberAccuraciesPercent.Count} "
                    + $"permuted networks disagree on "
            )
                + $"{Numbers.Percent(permuted.Disagreement, 1)} of the test images and LTH ones on "
                + $"{Numbers.Percent(lth.Disagreement, 1)}; together they reach {Numbers.Fixed(permuted.AccuracyPercent)} % "
                + $"({Numbers.Signed(permuted.GainPercent)} over the mean member) and {Numbers.Fixed(lth.AccuracyPercent)} % "
                + $"({Numbers.Signed(lth.GainPercent)}).";
        }
    }

    private static string Error(IEnumerable<BarrierResult> curves) =>
        Numbers.Of(BarrierPaths.Mean(curves, curve => curve.Test.Barrier.ErrorPercent));
}

using Espalier.Experiments.Results;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>Barriers (equation 3) as numbers.</summary>
internal static class BarrierTables
{
    private static readonly Cell[] s_values = ["loss barrier, test", "at α = ½", "loss barrier, training", "error barrier, test", "at α = ½", "error barrier, training", "n"];

    /// <summary>From A to B; null where it was not measured.</summary>
    public static Table? BetweenAAndB(RunView view, string model)
    {
        var kinds = Barriers.Of(view, model, Barriers.FromAToB);
        return kinds.Count == 0 ? null : new Table($"barriers-{view.Slug(model)}",
            $"{model}: barriers between A and B: the largest height of the way above the line between its ends, loss in nats, 0-1 error in percentage points; mean ± standard deviation over seeds.",
            ["A is", "corrected", .. s_values], 2, [.. kinds.Select(kind => (IReadOnlyList<Cell>)[kind.Key.Aligned ? "aligned with B" : "as it is", Barriers.Name(kind.Key.Correction), .. Values(kind)])]);
    }

    /// <summary>From dense to pruned A; null where it was not measured.</summary>
    public static Table? AlongPruning(RunView view, string model)
    {
        var kinds = Barriers.Of(view, model, Barriers.AlongPruning);
        return kinds.Count == 0 ? null : new Table($"pruning-barriers-{view.Slug(model)}", $"{model}: barriers between dense A and A after each round of pruning; as above.",
            ["corrected", "sparsity", "round", .. s_values], 2,
            [
                .. from kind in kinds
                   from ways in kind.GroupBy(way => (way.Sparsity, way.Round))
                   orderby kind.Key.Correction, ways.Key.Sparsity
                   select (IReadOnlyList<Cell>)[Barriers.Name(kind.Key.Correction), Numbers.Percent(ways.Key.Sparsity, 1), Numbers.Count(ways.Key.Round), .. Values(ways)],
            ]);
    }

    private static IEnumerable<Cell> Values(IEnumerable<BarrierResult> ways)
    {
        BarrierResult[] all = [.. ways];
        Cell Of(Func<BarrierResult, double> value, int decimals) => Barriers.Mean(all, value) is var mean && double.IsFinite(mean.Std) ? $"{Numbers.Fixed(mean.Mean, decimals)} ± {Numbers.Fixed(mean.Std, decimals)}" : Numbers.Fixed(mean.Mean, decimals);
        return [Of(way => way.Test.Barrier.Loss, 3), Of(way => way.Test.Barrier.MiddleLoss, 3), Of(way => way.Train.Barrier.Loss, 3), Of(way => way.Test.Barrier.ErrorPercent, 2),
            Of(way => way.Test.Barrier.MiddleErrorPercent, 2), Of(way => way.Train.Barrier.ErrorPercent, 2), Numbers.Count(all.Length)];
    }
}

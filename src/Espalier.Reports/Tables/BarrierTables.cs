using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>Barriers (equation 3) as numbers.</summary>
internal static class BarrierTables
{
    private static readonly Cell[] s_values =
    [
        "loss barrier, test",
        "at α = ½",
        "loss barrier, training",
        "error barrier, test",
        "at α = ½",
        "error barrier, training",
    ];

    /// <summary>Networks given as files are of no seeds, which could be counted.</summary>
    private static Cell[] Heads(RunView view) => view.IsOfGivenFiles ? s_values : [.. s_values, "n"];

    /// <summary>From A to B; null where it was not measured.</summary>
    public static Table? BetweenAAndB(RunView view, string model)
    {
        var kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB);
        return kinds.Count == 0
            ? null
            : new Table(
                $"barriers-{view.Slug(model)}",
                $"{model}: barriers between A and B: the largest height of the linear path above the line between its ends, loss "
                    + $"in nats, 0-1 error in percentage points{(view.IsOfOneSeed ? "" : "; mean ± standard deviation over seeds")}.",
                ["A is", "corrected", .. Heads(view)],
                2,
                [
                    .. kinds.Select(kind =>
                        (IReadOnlyList<Cell>)
                            [
                                kind.Key.Aligned ? "aligned with B" : "as it is",
                                BarrierNames.Name(kind.Key.Correction),
                                .. Values(view, kind),
                            ]
                    ),
                ]
            );
    }

    /// <summary>From dense to pruned A; null where it was not measured.</summary>
    public static Table? AlongPruning(RunView view, string model)
    {
        var kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.AlongPruning);
        return kinds.Count == 0
            ? null
            : new Table(
                $"pruning-barriers-{view.Slug(model)}",
                $"{model}: barriers between dense A and A after each round of pruning; as above.",
                ["corrected", "sparsity", "round", .. Heads(view)],
                2,
                [
                    .. from kind in kinds
                    from curves in kind.GroupBy(curve => (curve.Sparsity, curve.Round))
                    orderby kind.Key.Correction, curves.Key.Sparsity
                    select (IReadOnlyList<Cell>)
                        [
                            BarrierNames.Name(kind.Key.Correction),
                            Numbers.Percent(curves.Key.Sparsity, 1),
                            Numbers.Count(curves.Key.Round),
                            .. Values(view, curves),
                        ],
                ]
            );
    }

    private static IEnumerable<Cell> Values(RunView view, IEnumerable<BarrierResult> curves)
    {
        BarrierResult[] all = [.. curves];
        Cell Of(Func<BarrierResult, double> value, int decimals) =>
            BarrierPaths.Mean(all, value) is var mean && double.IsFinite(mean.Std)
                ? $"{Numbers.Fixed(mean.Mean, decimals)} ± {Numbers.Fixed(mean.Std, decimals)}"
                : Numbers.Fixed(mean.Mean, decimals);
        return
        [
            Of(curve => curve.Test.Barrier.Loss, 3),
            Of(curve => curve.Test.Barrier.MiddleLoss, 3),
            Of(curve => curve.Train.Barrier.Loss, 3),
            Of(curve => curve.Test.Barrier.ErrorPercent, 2),
            Of(curve => curve.Test.Barrier.MiddleErrorPercent, 2),
            Of(curve => curve.Train.Barrier.ErrorPercent, 2),
            .. view.IsOfGivenFiles ? Array.Empty<Cell>() : [Numbers.Count(all.Length)],
        ];
    }
}

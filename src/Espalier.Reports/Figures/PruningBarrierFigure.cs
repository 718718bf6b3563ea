using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>What lies between dense and pruned A (figure 4a).</summary>
internal static class PruningBarrierFigure
{
    /// <summary>The barrier between dense A and A after each round of pruning; null where it was not measured.</summary>
    public static Figure? Of(RunView view, string model)
    {
        IReadOnlyList<IGrouping<PathKind, BarrierResult>> kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.AlongPruning);
        if (kinds.Count == 0)
            return null;
        Panel[] panels =
        [
            Panel("error barrier, points", curve => curve.Test.Barrier.ErrorPercent),
            Panel("loss barrier", curve => curve.Test.Barrier.Loss),
        ];
        return PanelGrid
            .For(2)
            .Draw(
                $"pruning-barrier-{view.Slug(model)}",
                $"From dense to pruned A: {model} on {view.Run.DataSet}",
                "Barrier on test images between dense A and A after each round of iterative pruning, against the sparsity of the "
                    + $"prunable weights; {view.OverSeeds}{view.Deviations}. 0: no point of the path lies above the line between its ends.",
                panels,
                [.. kinds.Select(kind => Look(kind.Key))]
            );

        static Style Look(PathKind kind) => BarrierLook.Of(kind) with { Label = BarrierNames.Name(kind.Correction) };

        Panel Panel(string title, Func<BarrierResult, double> value)
        {
            Series[] series =
            [
                .. kinds.Select(kind => new Series(
                    Look(kind.Key),
                    [
                        .. from curves in kind.GroupBy(curve => (curve.Sparsity, curve.Round))
                        orderby curves.Key.Sparsity
                        let mean = BarrierPaths.Mean(curves, value)
                        select ErrorBars.At(
                            curves.Key.Sparsity * 100,
                            mean,
                            Numbers.Invariant(
                                $"round {curves.Key.Round}, {Numbers.Percent(curves.Key.Sparsity, 1)}, "
                                    + $"{BarrierNames.Name(kind.Key.Correction)}: {Numbers.Of(mean)}"
                            )
                        ),
                    ]
                )),
            ];
            return new Panel(
                title,
                Axis.At("sparsity, %", series[0].Data.Select(d => d.X), s => Numbers.Short(s, 0)),
                Axis.Covering("", [.. ErrorBars.Heights(series), 0]),
                series
            );
        }
    }
}

using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Test accuracy against the epoch at which π is found (appendix B).</summary>
internal static class MatchEpochFigure
{
    /// <summary>Accuracy against the epoch at which π is found; null with fewer than two such epochs.</summary>
    public static Figure? Of(RunView view, string model)
    {
        if (view.Rows(model).Select(row => row.MatchEpoch).OfType<int>().Distinct().Count() < 2)
            return null;
        IReadOnlyList<string> methods = view.Drawn(model);
        Panel[] panels =
        [
            .. from row in view.Rows(model)
            where row.MatchEpoch is not null
            group row by (row.Sparsity, row.RewindEpoch) into g
            select AccuracyPanel.Of(
                view,
                model,
                Numbers.Invariant($"sparsity {Numbers.Percent(g.Key.Sparsity)}, k = {g.Key.RewindEpoch}"),
                "epoch of B that π is found at",
                [.. g],
                methods,
                row => row.MatchEpoch!.Value,
                t => Numbers.Short(t),
                double.NaN
            ),
        ];
        return PanelGrid
            .For(panels.Length)
            .Draw(
                $"accuracy-by-matching-epoch-{view.Slug(model)}",
                $"Early matching: {model} on {view.Run.DataSet}",
                $"{view.AccuracyOverSeeds} against the epoch of B's dense training that A is matched with; methods that "
                    + $"need no permutation are level lines. {AccuracyPanel.References(view, model, false)}Each panel has its own scale.",
                panels,
                AccuracyPanel.Keys(view, model, methods, false)
            );
    }
}

using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Test accuracy against sparsity (figures 9, 10).</summary>
internal static class SparsityFigure
{
    /// <summary>One panel a rewind epoch; null below two sparsities.</summary>
    public static Figure? Of(RunView view, string model)
    {
        string[] methods = [.. view.Drawn(model), .. view.NotRewound(model).Where(method => method == MethodNames.Imp)];
        if (view.Sparsities(model).Count < 2)
            return null;
        Panel[] panels =
        [
            .. from row in view.Main(model)
            group row by row.RewindEpoch into g
            orderby g.Key
            select AccuracyPanel.Of(
                view,
                model,
                Numbers.Invariant($"rewind epoch {g.Key}"),
                "sparsity, %",
                [.. g],
                methods,
                row => row.Sparsity * 100,
                s => Numbers.Short(s, 2),
                double.NaN
            ),
        ];
        return PanelGrid
            .For(panels.Length)
            .Draw(
                $"accuracy-by-sparsity-{view.Slug(model)}",
                $"Accuracy against sparsity: {model} on {view.Run.DataSet}",
                $"{view.AccuracyOverSeeds} against the sparsity of the prunable weights, one panel for each rewind epoch"
                    + $"{view.Bars}. {AccuracyPanel.References(view, model, false)}Each panel has its own scale.",
                panels,
                AccuracyPanel.Keys(view, model, methods, false)
            );
    }
}

using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Test accuracy against rewind epoch (figures 5, 6, 7, 8, 11).</summary>
internal static class RewindFigure
{
    /// <summary>One panel a sparsity, or null where no method is trained from a rewind epoch.</summary>
    public static Figure? Of(RunView view, string model)
    {
        IReadOnlyList<string> methods = view.Drawn(model);
        if (methods.Count == 0)
            return null;
        bool hasImp = view.Cells(model).Any(cell => cell.Method == MethodNames.Imp);
        Panel[] panels =
        [
            .. from rows in view.Main(model).GroupBy(row => row.Sparsity)
            let constant = hasImp ? rows.First().Mean(MethodNames.Imp).Mean : double.NaN
            select AccuracyPanel.Of(
                view,
                model,
                $"sparsity {Numbers.Percent(rows.Key)}",
                "rewind epoch k",
                [.. rows],
                methods,
                row => row.RewindEpoch,
                k => Numbers.Short(k),
                constant
            ),
        ];
        return PanelGrid
            .For(panels.Length)
            .Draw(
                $"{view.Anchor}-by-rewind-epoch-{view.Slug(model)}",
                $"{(view.IsTop5 ? "Top-5 accuracy" : "Accuracy")} against rewind epoch: {model} on {view.Run.DataSet}",
                $"{view.AccuracyOverSeeds} against the rewind epoch, one panel for each sparsity of the prunable weights"
                    + $"{view.Bars}. {AccuracyPanel.References(view, model, hasImp)}Each panel has its own scale.",
                panels,
                AccuracyPanel.Keys(view, model, methods, hasImp)
            );
    }
}

using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Epochs of training beside what the paper's released code would spend.</summary>
internal static class CostFigure
{
    private const double BarHeight = 0.36,
        RowHeight = 44,
        Room = 1.22;
    private static readonly Style Ours = new("this run", Paint.Blue, MarkerShape.Square, Dash.Solid),
        Theirs = new("released code, which shares nothing", Paint.Orange, MarkerShape.Square, Dash.Solid);

    /// <summary>Null where nothing is trained, or nothing is known of the released code.</summary>
    public static Figure? Of(RunView view)
    {
        RunResults results = view.Results;
        string[] kinds =
        [
            .. results.PaperCosts.Concat(results.ReleasedCosts).Where(cost => cost.Epochs > 0).Select(cost => cost.Kind).Distinct(),
        ];
        if (kinds.Length == 0 || results.ReleasedCosts.Count == 0 || results.PaperCosts.Count == 0)
            return null;
        var marks = new List<Mark>();
        double most = 1;
        for (int i = 0; i < kinds.Length; i++)
        {
            long ours = Epochs(results.PaperCosts, kinds[i]),
                theirs = Epochs(results.ReleasedCosts, kinds[i]);
            most = Math.Max(most, Math.Max(ours, theirs));
            marks.Add(new Block(0, -i, ours, -i + BarHeight, Ours.Paint, Numbers.Count(ours)));
            marks.Add(new Block(0, -i - BarHeight, theirs, -i, Theirs.Paint, Numbers.Count(theirs)));
        }
        Axis x = Axis.Covering("epochs of training", [0, most], 5, floor: 0);
        var panel = new Panel("", x with { Max = most * Room }, Axis.Names(kinds), marks);
        return new PanelGrid(1, RowHeight * kinds.Length, PanelGrid.HalfWidth).Draw(
            "epochs",
            "Epochs of training, by kind of stage",
            "Epochs that the cells of LTH, naive and permuted take here, where networks, pruning rounds and permutations are "
                + "shared, and that the paper's released code would take for the same cells.",
            [panel],
            [Ours, Theirs],
            legendLines: false
        );
    }

    private static long Epochs(IReadOnlyList<KindCost> costs, string kind) =>
        KindCost.Sum(kind, [.. costs.Where(cost => cost.Kind == kind)]).Epochs;
}

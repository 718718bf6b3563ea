using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Test accuracy in the forms of the paper: against rewind epoch (figures 5, 6, 8) and against sparsity (figures 9, 10).</summary>
internal static class AccuracyFigures
{
    private const string Accuracy = "test accuracy, %";
    private const double DodgeStep = 1.5;

    /// <summary>One panel a sparsity, or null where no method is trained from a rewind epoch.</summary>
    public static Figure? ByRewind(RunView view, string model)
    {
        IReadOnlyList<string> methods = view.Drawn(model);
        if (methods.Count == 0)
            return null;
        bool hasImp = view.Cells(model).Any(cell => cell.Method == MethodNames.Imp);
        Panel[] panels =
        [
            .. from rows in view.Main(model).GroupBy(row => row.Sparsity)
            let constant = hasImp ? rows.First().Mean(MethodNames.Imp).Mean : double.NaN
            select Panel(
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
                $"accuracy-by-rewind-epoch-{view.Slug(model)}",
                $"Accuracy against rewind epoch: {model} on {view.Run.DataSet}",
                $"Mean test accuracy over seeds against the rewind epoch, one panel for each sparsity of the prunable weights; "
                    + $"bars are ± one standard deviation (n − 1), absent with one "
                    + $"seed. {References(view, model, hasImp)}Each panel has its own scale.",
                panels,
                Keys(view, model, methods, hasImp)
            );
    }

    /// <summary>One panel a rewind epoch; null below two sparsities.</summary>
    public static Figure? BySparsity(RunView view, string model)
    {
        string[] methods = [.. view.Drawn(model), .. view.NotRewound(model).Where(method => method == MethodNames.Imp)];
        if (view.Sparsities(model).Count < 2)
            return null;
        Panel[] panels =
        [
            .. from row in view.Main(model)
            group row by row.RewindEpoch into g
            orderby g.Key
            select Panel(
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
                $"Mean test accuracy over seeds against the sparsity of the prunable weights, one panel for each rewind epoch; "
                    + $"bars are ± one standard deviation (n − 1), absent with one "
                    + $"seed. {References(view, model, false)}Each panel has its own scale.",
                panels,
                Keys(view, model, methods, false)
            );
    }

    /// <summary>Accuracy against the epoch at which π is found; null with fewer than two such epochs.</summary>
    public static Figure? ByMatchEpoch(RunView view, string model)
    {
        if (view.Rows(model).Select(row => row.MatchEpoch).OfType<int>().Distinct().Count() < 2)
            return null;
        IReadOnlyList<string> methods = view.Drawn(model);
        Panel[] panels =
        [
            .. from row in view.Rows(model)
            where row.MatchEpoch is not null
            group row by (row.Sparsity, row.RewindEpoch) into g
            select Panel(
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
                $"Mean test accuracy over seeds against the epoch of B's dense training that A is matched with; methods that "
                    + $"need no permutation are level lines. {References(view, model, false)}Each panel has its own scale.",
                panels,
                Keys(view, model, methods, false)
            );
    }

    private static Panel Panel(
        RunView view,
        string model,
        string title,
        string x,
        Comparison[] rows,
        IReadOnlyList<string> methods,
        Func<Comparison, double> at,
        Func<double, string> text,
        double constant
    )
    {
        double dense = view.Dense(model).Mean;
        Series[] series =
        [
            .. methods.Select((method, i) => Line(view.Methods, method, methods, rows, at, (i - (methods.Count - 1) / 2.0) * DodgeStep)),
        ];
        double[] heights = [.. series.SelectMany(s => s.Data).SelectMany(d => new[] { d.Y, d.Low, d.High }), dense, constant];
        var marks = new List<Mark> { new AcrossAt(dense, Pen(Style.Dense)) };
        if (double.IsFinite(constant))
            marks.Add(new AcrossAt(constant, Pen(MethodStyle.Of(MethodNames.Imp, methods, view.Methods))));
        // The paper's methods on top of the controls.
        return new Panel(
            title,
            Axis.At(x, rows.Select(at), text),
            Axis.Covering(Accuracy, heights, floor: 0, ceiling: 100),
            [.. marks, .. series.Reverse()]
        );
    }

    private static Series Line(
        RunMethods names,
        string method,
        IReadOnlyList<string> methods,
        Comparison[] rows,
        Func<Comparison, double> at,
        double dodge
    ) =>
        new(
            MethodStyle.Of(method, methods, names),
            [
                .. from row in rows
                let value = row.Mean(method)
                where value.Count > 0
                select new Datum(
                    at(row),
                    value.Mean,
                    value.Mean - value.Std,
                    value.Mean + value.Std,
                    Numbers.Invariant(
                        $"{names.Label(method)}, {Numbers.Percent(row.Sparsity)}, k = {row.RewindEpoch}: {Numbers.Of(value)} (n = "
                            + $"{value.Count})"
                    )
                ),
            ],
            Dodge: dodge
        );

    private static Style[] Keys(RunView view, string model, IReadOnlyList<string> methods, bool imp)
    {
        List<Style> keys = [.. methods.Select(method => MethodStyle.Of(method, methods, view.Methods))];
        if (imp)
            keys.Add(MethodStyle.Of(MethodNames.Imp, methods, view.Methods) with { Label = "IMP (A pruned)" });
        if (view.Dense(model).Count > 0)
            keys.Add(Style.Dense);
        return [.. keys];
    }

    private static string References(RunView view, string model, bool imp) =>
        (view.Dense(model).Count > 0 ? "The dashed line is the mean of the dense networks A and B. " : "")
        + (imp ? "The dotted line is A's own pruned network. " : "");

    private static Pen Pen(Style style) => new(style.Paint, style.Width, style.Dash);
}

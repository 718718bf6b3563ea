using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>How far permuted is above the others, with intervals.</summary>
internal static class DifferenceFigure
{
    private const double DodgeStep = 3;

    /// <summary>One panel a sparsity; null where permuted has nothing to be compared with.</summary>
    public static Figure? Of(RunView view, string model)
    {
        string[] others = [.. view.Drawn(model).Where(method => method != MethodNames.Permuted && !view.Methods.IsUpperBound(method))];
        if (others.Length == 0 || !view.Rewound(model).Contains(MethodNames.Permuted))
            return null;
        Style[] styles =
        [
            .. others
                .Select(other => MethodStyle.Of(other, others, view.Methods))
                .Select(style => style with { Label = "permuted − " + style.Label }),
        ];
        Panel[] panels =
        [
            .. view.Main(model)
                .GroupBy(row => row.Sparsity)
                .Select(rows => Panel(view.Methods, $"sparsity {Numbers.Percent(rows.Key)}", [.. rows], others, styles)),
        ];
        return PanelGrid
            .For(panels.Length)
            .Draw(
                $"differences-{view.Slug(model)}",
                $"How far permuted is above the others: {model} on {view.Run.DataSet}",
                "Mean paired difference in test accuracy, permuted minus each other method, over the seeds that have both; bars "
                    + "are 95 % intervals (Student's t), absent with one seed. "
                    + "Where a bar crosses the line at 0 the two are not distinguishable. Each panel has its own scale.",
                panels,
                styles
            );
    }

    private static Panel Panel(RunMethods names, string title, Comparison[] rows, string[] others, Style[] styles)
    {
        Series[] series =
        [
            .. others.Select(
                (other, i) =>
                    new Series(
                        styles[i],
                        [.. rows.Select(row => Datum(names, row, other)).Where(d => double.IsFinite(d.Y))],
                        Dodge: (i - (others.Length - 1) / 2.0) * DodgeStep
                    )
            ),
        ];
        // Intervals of two seeds can be enormous: they may leave the panel, the points may not.
        double[] points = [.. series.SelectMany(s => s.Data).Select(d => d.Y), 0];
        double reach = 3 * Math.Max(0.5, points.Max() - points.Min());
        double[] ends =
        [
            .. series
                .SelectMany(s => s.Data)
                .SelectMany(d => new[] { d.Low, d.High })
                .Where(double.IsFinite)
                .Select(end => Math.Clamp(end, points.Min() - reach, points.Max() + reach)),
        ];
        return new Panel(
            title,
            Axis.At("rewind epoch k", rows.Select(row => (double)row.RewindEpoch), k => Numbers.Short(k)),
            Axis.Covering("permuted − other, points", [.. points, .. ends]),
            [new AcrossAt(0, new Pen(Paint.Ink, 1, Dash.Dashed)), .. series.Reverse()]
        );
    }

    private static Datum Datum(RunMethods names, Comparison row, string other)
    {
        PairedDifference d = row.Difference(MethodNames.Permuted, other);
        return new Datum(
            row.RewindEpoch,
            d.Mean,
            d.Low,
            d.High,
            Numbers.Invariant($"permuted − {names.Label(other)}, k = {row.RewindEpoch}: {Numbers.Signed(d.Mean)} (n = {d.Count})")
        );
    }
}

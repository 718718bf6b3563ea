using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>
/// The share of the gap between naive and LTH that each method closes, with intervals: a row a method, so that many can be told apart.
/// </summary>
internal static class GapFigure
{
    private const double LineHeight = 8,
        LeastRow = 18,
        Spread = 0.7,
        Farthest = 0.75;

    /// <summary>One panel a sparsity, one colour a rewind epoch; null where there is no way but the paper's, or nothing to close.</summary>
    public static Figure? Of(RunView view, string model)
    {
        Comparison[] rows = [.. view.Main(model)];
        string[] methods =
        [
            .. view.Rewound(model).Where(method => method is not (MethodNames.Lth or MethodNames.Naive or MethodNames.Dense)),
        ];
        if (!methods.Any(method => view.Methods.TransfersTicket(method) && method != MethodNames.Permuted))
            return null;
        int[] epochs = [.. view.RewindEpochs(model)];
        Style[] styles = [.. epochs.Select((k, i) => Style.Of(i, Numbers.Invariant($"k = {k}")))];
        Panel[] panels =
        [
            .. rows.GroupBy(row => row.Sparsity).Select(group => Panel(view.Methods, [.. group], methods, epochs, styles)).OfType<Panel>(),
        ];
        if (panels.Length == 0)
            return null;
        return new PanelGrid(1, Math.Max(LeastRow, LineHeight * (epochs.Length + 1)) * methods.Length).Draw(
            $"gap-closed-{view.Slug(model)}",
            $"Share of the gap closed: {model} on {view.Run.DataSet}",
            "(method − naive) / (LTH − naive) of means over the seeds that have all three, with Fieller's 95 % interval, "
                + "absent with one seed: 0 is A's mask as it is, 1 the lottery ticket. Methods in the order of "
                + $"their mean; what lies further out than the figure reaches is drawn at its edge.{Missing(view.Methods, rows, methods)}",
            panels,
            styles,
            legendLines: false
        );
    }

    /// <summary>Where there is no share, and why.</summary>
    private static string Missing(RunMethods names, Comparison[] rows, string[] methods)
    {
        string[] points =
        [
            .. from row in rows
            from method in methods
            where row.Of(method).Count > 0
            let gap = row.Gap(method)
            where !gap.IsKnown
            let point = $"{Numbers.Percent(row.Sparsity)}, {Numbers.Invariant($"k = {row.RewindEpoch}")}"
            group names.Label(method) by (point, Reason: GapReason.Of(gap)) into same
            select $"{same.Key.point}{(same.Count() < methods.Length ? $" for {string.Join(", ", same)}" : "")}: {same.Key.Reason}",
        ];
        return points.Length == 0 ? "" : $" No share at {string.Join("; ", points)}.";
    }

    private static Panel? Panel(RunMethods names, Comparison[] rows, string[] methods, int[] epochs, Style[] styles)
    {
        Dictionary<(string, int), GapClosed> gaps = (
            from row in rows
            from method in methods
            where row.Of(method).Count > 0
            select (method, row.RewindEpoch, Gap: row.Gap(method))
        ).ToDictionary(found => (found.method, found.RewindEpoch), found => found.Gap);
        string[] order =
        [
            .. from method in methods
            let shares = gaps.Where(gap => gap.Key.Item1 == method).Select(gap => gap.Value).ToArray()
            where shares.Length > 0
            // A method without any share keeps its row, below the others.
            orderby GapClosed.MeanShare(shares) descending
            select method,
        ];
        if (order.Length == 0)
            return null;
        static double Kept(double share) => Math.Clamp(share, -Farthest, 1 + Farthest);
        Axis x = Axis.Covering(
            "share of the gap closed",
            [0, 1, .. gaps.Values.SelectMany(gap => new[] { gap.Share, gap.Low, gap.High }).Where(double.IsFinite).Select(Kept)]
        );
        double Height(int row, int k) => -row + Spread * (0.5 - (k + 0.5) / epochs.Length);
        var marks = new List<Mark> { new UpAt(0, new Pen(Paint.Ink, 1, Dash.Dashed)), new UpAt(1, new Pen(Paint.Ink, 1, Dash.Dashed)) };
        for (int k = 0; k < epochs.Length; k++)
        {
            (int Row, GapClosed Gap)[] found =
            [
                .. order.Select((method, row) => (row, gaps.GetValueOrDefault((method, epochs[k])))).Where(entry => entry.Item2.IsKnown),
            ];
            marks.AddRange(
                found
                    .Where(entry => double.IsFinite(entry.Gap.Low))
                    .Select(entry => new Join(
                        Kept(entry.Gap.Low),
                        Height(entry.Row, k),
                        Kept(entry.Gap.High),
                        Height(entry.Row, k),
                        new Pen(styles[k].Paint, 1.1),
                        styles[k].Label
                    ))
            );
            marks.Add(
                new Series(
                    styles[k],
                    [
                        .. found.Select(entry => new Datum(
                            Kept(entry.Gap.Share),
                            Height(entry.Row, k),
                            Tip: Tip(names.Label(order[entry.Row]), epochs[k], entry.Gap)
                        )),
                    ],
                    Joined: false
                )
            );
        }
        return new Panel($"sparsity {Numbers.Percent(rows[0].Sparsity)}", x, Axis.Names([.. order.Select(names.Label)]), marks);
    }

    private static string Tip(string label, int k, GapClosed gap) =>
        Numbers.Invariant($"{label}, k = {k}: {Numbers.Fixed(gap.Share)}{(gap.Count > 1 ? Interval(gap) : "")}, n = {gap.Count}");

    private static string Interval(GapClosed gap) => $" ({Numbers.Fixed(gap.Low)} to {Numbers.Fixed(gap.High)})";
}

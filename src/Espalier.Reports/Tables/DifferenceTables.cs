using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>Paired differences, with intervals.</summary>
internal static class DifferenceTables
{
    /// <summary>Permuted minus each other method, in every row; null without permuted.</summary>
    public static Table? Cells(RunView view, string model)
    {
        string[] others = Others(view, model);
        if (others.Length == 0)
            return null;
        bool early = view.Rows(model).Select(row => row.MatchEpoch).OfType<int>().Distinct().Count() > 1;
        return new Table(
            $"differences-by-cell-{view.Slug(model)}",
            $"{model}: permuted minus each other method in points of test accuracy, paired by seed, with the 95 % interval of "
                + $"the mean; and the share of the gap between naive and LTH that permuted closes, {GapCell.Formula}.",
            [
                "sparsity",
                "k",
                .. early ? ["matched at"] : Array.Empty<Cell>(),
                .. others.Select(other => (Cell)("− " + view.Methods.Label(other))),
                "n",
                "gap closed",
            ],
            early ? 3 : 2,
            [
                .. from row in view.Rows(model)
                where row.Of(MethodNames.Permuted).Count > 0
                select (IReadOnlyList<Cell>)
                    [
                        Numbers.Percent(row.Sparsity),
                        Numbers.Count(row.RewindEpoch),
                        .. early ? [Numbers.Count(row.MatchEpoch ?? 0)] : Array.Empty<Cell>(),
                        .. others.Select(other => Cell(row.Difference(MethodNames.Permuted, other))),
                        Size(others.Select(other => row.Difference(MethodNames.Permuted, other).Count)),
                        GapCell.Of(row.Gap()),
                    ],
            ]
        );
    }

    /// <summary>The same, averaged over rewind epochs first; null without permuted.</summary>
    public static Table? Pooled(RunView view, string model)
    {
        string[] others = Others(view, model);
        if (others.Length == 0)
            return null;
        IReadOnlyList<Cell> Row(string head, Comparison[] rows) =>
            [
                head,
                .. others.Select(other => Cell(Lab.Findings.Pooled.Difference(rows, MethodNames.Permuted, other))),
                Size(others.Select(other => Lab.Findings.Pooled.Difference(rows, MethodNames.Permuted, other).Count)),
                GapCell.Of(GapClosed.Of(rows, MethodNames.Permuted)),
            ];
        Comparison[] all = [.. view.Main(model)];
        IReadOnlyList<Cell>[] bySparsity = [.. all.GroupBy(row => row.Sparsity).Select(rows => Row(Numbers.Percent(rows.Key), [.. rows]))];
        return new Table(
            $"differences-{view.Slug(model)}-pooled",
            $"{model}: permuted minus each other method in points of test accuracy, averaged over rewind epochs for each seed, "
                + $"then over n seeds, with the 95 % interval of that mean; and the share of the gap closed, {GapCell.Formula}.",
            ["sparsity", .. others.Select(other => (Cell)("− " + view.Methods.Label(other))), "n", "gap closed"],
            1,
            bySparsity.Length > 1 ? [.. bySparsity, Row("all", all)] : bySparsity
        );
    }

    private static string[] Others(RunView view, string model) =>
        view.Rewound(model).Contains(MethodNames.Permuted) ? [.. view.Rewound(model).Where(method => method != MethodNames.Permuted)] : [];

    private static string Size(IEnumerable<int> counts)
    {
        int[] all = [.. counts.Distinct().Order()];
        return all.Length == 1 ? Numbers.Count(all[0]) : $"{Numbers.Count(all[0])} to {Numbers.Count(all[^1])}";
    }

    private static Cell Cell(PairedDifference difference) =>
        difference.Count switch
        {
            0 => new(Numbers.None, Tone: Tone.Faint),
            1 => new(Numbers.Signed(difference.Mean), "one seed"),
            _ => new(
                Numbers.Signed(difference.Mean),
                $"{Numbers.Signed(difference.Low)} to {Numbers.Signed(difference.High)}",
                difference.IsPositive ? Tone.Above
                    : difference.IsNegative ? Tone.Below
                    : Tone.Plain
            ),
        };
}

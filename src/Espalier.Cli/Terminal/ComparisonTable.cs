using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Cli.Terminal;

/// <summary>
/// The accuracies of a run as tables, the paper's methods and the controls: one row a network, sparsity and rewind epoch, mean ± standard
/// deviation over seeds.
/// </summary>
internal static class ComparisonTable
{
    private static readonly string[] s_variants = ["network", "sparsity", "k", "mask moved by", "accuracy", "− permuted", "gap closed"];

    public static void Print(Output output, RunResults results)
    {
        IReadOnlyList<Comparison> rows = Comparison.Of(results.Cells);
        if (rows.Count == 0)
            return;
        string[] present =
        [
            .. Methods
                .All.Concat(results.Methods.Where(own => !own.IsSpelledOut))
                .Select(method => method.Name)
                .Distinct()
                .Where(name => rows.Any(row => row.Of(name).Count > 0)),
        ];
        string[] paper = [.. Methods.OfThePaper.Select(method => method.Name).Where(present.Contains)],
            controls = [.. present.Except(paper)];
        Print(
            output,
            results.LabelOf,
            rows,
            paper,
            ("permuted − naive", row => Text(row.Difference("permuted", "naive"))),
            ("gap closed", row => Text(row.Gap()))
        );
        if (controls.Length > 0)
            Print(output, results.LabelOf, rows, controls);
        string[] variants =
        [
            .. rows.SelectMany(row => row.Accuracy.Keys)
                .Distinct()
                .Where(name => results.KindOf(name) is Method { IsSpelledOut: true })
                .Order(StringComparer.Ordinal),
        ];
        if (variants.Length > 0)
            PrintVariants(output, results, rows, variants);
        MeanStd dense = MeanStd.OfAccuracies(results.Cells.Where(cell => cell is { Method: "dense", RewindEpoch: null }));
        output.Line(
            $"{string.Join(", ", results.Run.Models)} on {results.Run.DataSet}; test accuracy in per cent after the last "
                + $"epoch; n = {Counted.Of(results.Cells.Select(cell => cell.Seed).Distinct().Count(), "seed")}; "
                + $"dense A {MeanText.Of(dense)}."
        );
        foreach (string reason in Reasons(rows))
            output.Line($"  {reason}");
        foreach (Deviation deviation in results.Run.Deviations)
            output.Line($"  {DeviationSentence.Of(deviation)}");
    }

    private static void Print(
        Output output,
        Func<string, string> label,
        IReadOnlyList<Comparison> rows,
        IReadOnlyList<string> methods,
        params (string Head, Func<Comparison, string> Text)[] more
    )
    {
        bool several = rows.Select(row => row.Model).Distinct().Count() > 1,
            early = rows.Select(row => row.MatchEpoch).Distinct().Count() > 1;
        var columns = new List<(string Head, Func<Comparison, string> Text)>();
        if (several)
            columns.Add(("network", row => row.Model));
        columns.AddRange([
            ("sparsity", row => $"{Share.Percent(row.Sparsity)}%"),
            ("of all", row => $"{Share.Percent(row.SparsityOfAllWeights, 1)}%"),
            ("k", row => $"{row.RewindEpoch}"),
        ]);
        if (early)
            columns.Add(("matched at", row => $"{row.MatchEpoch}"));
        columns.AddRange(methods.Select(method => (label(method), (Func<Comparison, string>)(row => MeanText.Of(row.Mean(method))))));
        columns.AddRange(more);
        TextTable.Print(
            output,
            [.. columns.Select(column => column.Head)],
            rows.Select(row => columns.ConvertAll(column => column.Text(row))),
            right: true
        );
    }

    /// <summary>Ways to find π are too many for columns: one row each, and what their short names stand for.</summary>
    private static void PrintVariants(Output output, RunResults results, IReadOnlyList<Comparison> rows, IReadOnlyList<string> variants)
    {
        TextTable.Print(
            output,
            s_variants,
            from row in rows
            from variant in variants
            where row.Of(variant).Count > 0
            select (string[])
                [
                    row.Model,
                    $"{Share.Percent(row.Sparsity)}%",
                    $"{row.RewindEpoch}",
                    results.LabelOf(variant),
                    MeanText.Of(row.Mean(variant)),
                    Text(row.Difference(variant, "permuted")),
                    Text(row.Gap(variant)),
                ]
        );
        foreach (string variant in variants)
            output.Line($"  {results.LabelOf(variant)}: {variant[(variant.IndexOf(' ') + 1)..]}");
    }

    /// <summary>Why a row has no share of the gap.</summary>
    private static IEnumerable<string> Reasons(IReadOnlyList<Comparison> rows) =>
        from row in rows
        let gap = row.Gap()
        where gap.Standing is GapStanding.NoGap or GapStanding.UncertainGap
        select $"{row.Model}, {Share.Percent(row.Sparsity)}%, k = {row.RewindEpoch}: no share of the gap, {GapReason.Of(gap)}.";

    private static string Text(PairedDifference d) =>
        d.Count switch
        {
            0 => "-",
            1 => $"{d.Mean:+0.00;-0.00}",
            _ => $"{d.Mean:+0.00;-0.00} ({d.Low:0.00} to {d.High:0.00})",
        };

    private static string Text(GapClosed gap) => gap.IsKnown ? $"{gap.Share:0.00}" : "-";
}

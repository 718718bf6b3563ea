using Espalier.Experiments.Plans;
using Espalier.Experiments.Results;
using Spectre.Console;

namespace Espalier.Cli.Terminal;

/// <summary>The accuracies of a run as tables, the paper's methods and the controls: one row a network, sparsity and rewind epoch, mean ± standard deviation over seeds.</summary>
internal static class ComparisonTable
{
    public static void Print(Output output, RunResults results)
    {
        IReadOnlyList<Comparison> rows = Comparison.Of(results.Cells);
        if (rows.Count == 0) return;
        string[] present = [.. Methods.All.Select(Methods.Name).Where(name => rows.Any(row => row.Of(name).Count > 0))];
        string[] paper = [.. Methods.OfThePaper.Select(Methods.Name).Where(present.Contains)], controls = [.. present.Except(paper)];
        Print(output, rows, paper, ("permuted − naive", row => Text(row.Difference("permuted", "naive"))), ("gap closed", row => double.IsNaN(row.GapClosed()) ? "-" : $"{row.GapClosed():0.00}"));
        if (controls.Length > 0) Print(output, rows, controls);
        string[] variants = [.. rows.SelectMany(row => row.Accuracy.Keys).Distinct().Where(name => name.StartsWith(MatchVariant.Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (variants.Length > 0) PrintVariants(output, rows, variants);
        MeanStd dense = MeanStd.Of(results.Cells.Where(cell => cell is { Method: "dense", RewindEpoch: null }).Select(cell => cell.TestAccuracyPercent));
        output.Line($"{string.Join(", ", results.Run.Models)} on {results.Run.DataSet}; test accuracy in per cent after the last epoch; n = {results.Cells.Select(cell => cell.Seed).Distinct().Count()} seeds; dense A {dense}.");
        foreach (string deviation in results.Run.Deviations) output.Line($"  {deviation}");
    }

    private static void Print(Output output, IReadOnlyList<Comparison> rows, IReadOnlyList<string> methods, params (string Head, Func<Comparison, string> Text)[] more)
    {
        bool several = rows.Select(row => row.Model).Distinct().Count() > 1, early = rows.Select(row => row.MatchEpoch).Distinct().Count() > 1;
        var columns = new List<(string Head, Func<Comparison, string> Text)>();
        if (several) columns.Add(("network", row => row.Model));
        columns.AddRange([("sparsity", row => $"{row.Sparsity:0.##%}"), ("of all", row => $"{row.SparsityOfAllWeights:0.0%}"), ("k", row => $"{row.RewindEpoch}")]);
        if (early) columns.Add(("matched at", row => $"{row.MatchEpoch}"));
        columns.AddRange(methods.Select(method => (method == "lth" ? "LTH" : method, (Func<Comparison, string>)(row => row.Mean(method).ToString()))));
        columns.AddRange(more);
        var table = new Table().Border(TableBorder.Rounded);
        foreach ((string head, _) in columns) table.AddColumn(new TableColumn(head).RightAligned().NoWrap());
        foreach (Comparison row in rows) table.AddRow([.. columns.Select(column => Markup.Escape(column.Text(row)))]);
        output.Console.Write(table);
    }

    /// <summary>Names of variants are too long for columns: one row each.</summary>
    private static void PrintVariants(Output output, IReadOnlyList<Comparison> rows, IReadOnlyList<string> variants)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string head in new[] { "network", "sparsity", "k", "variant of permuted", "accuracy", "− permuted", "gap closed" }) table.AddColumn(head);
        foreach (Comparison row in rows)
            foreach (string variant in variants.Where(name => row.Of(name).Count > 0))
                table.AddRow([.. new[] { row.Model, $"{row.Sparsity:0.##%}", $"{row.RewindEpoch}", variant[MatchVariant.Prefix.Length..], row.Mean(variant).ToString(),
                    Text(row.Difference(variant, "permuted")), double.IsNaN(row.GapClosed(variant)) ? "-" : $"{row.GapClosed(variant):0.00}" }.Select(Markup.Escape)]);
        output.Console.Write(table);
    }

    private static string Text(PairedDifference d) => d.Count switch { 0 => "-", 1 => $"{d.Mean:+0.00;-0.00}", _ => $"{d.Mean:+0.00;-0.00} ({d.Low:0.00} to {d.High:0.00})" };
}

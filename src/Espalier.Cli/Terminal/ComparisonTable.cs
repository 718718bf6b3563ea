using Espalier.Experiments.Plans;
using Espalier.Experiments.Results;
using Spectre.Console;

namespace Espalier.Cli.Terminal;

/// <summary>The accuracies of a run as a table: one row a network, sparsity and rewind epoch, mean ± standard deviation over seeds.</summary>
internal static class ComparisonTable
{
    public static void Print(Output output, RunResults results)
    {
        IReadOnlyList<Comparison> rows = Comparison.Of(results.Cells);
        if (rows.Count == 0) return;
        bool several = rows.Select(row => row.Model).Distinct().Count() > 1, early = rows.Select(row => row.MatchEpoch).Distinct().Count() > 1;
        string[] methods = [.. Methods.All.Select(Methods.Name).Where(name => rows.Any(row => row.Of(name).Count > 0))];
        var table = new Table().Border(TableBorder.Rounded);
        string[] heads = [.. several ? ["network"] : Array.Empty<string>(), "sparsity", "of all", "k", .. early ? ["matched at"] : Array.Empty<string>(), .. methods.Select(Head), "permuted − naive", "gap closed"];
        foreach (string head in heads) table.AddColumn(new TableColumn(head).RightAligned());
        foreach (Comparison row in rows)
        {
            PairedDifference difference = row.Difference("permuted", "naive");
            table.AddRow([.. several ? [row.Model] : Array.Empty<string>(), $"{row.Sparsity:0.##%}", $"{row.SparsityOfAllWeights:0.0%}", $"{row.RewindEpoch}", .. early ? [$"{row.MatchEpoch}"] : Array.Empty<string>(),
                .. methods.Select(method => row.Mean(method).ToString()), Text(difference), double.IsNaN(row.GapClosed()) ? "-" : $"{row.GapClosed():0.00}"]);
        }
        output.Console.Write(table);
        MeanStd dense = MeanStd.Of(results.Cells.Where(cell => cell.Method == "dense-a").Select(cell => cell.TestAccuracyPercent));
        output.Line($"{string.Join(", ", results.Run.Models)} on {results.Run.DataSet}; test accuracy in per cent after the last epoch; n = {results.Cells.Select(cell => cell.Seed).Distinct().Count()} seeds; dense A {dense}.");
        foreach (string deviation in results.Run.Deviations) output.Line($"  {deviation}");
    }

    private static string Head(string method) => method == "lth" ? "LTH" : method;

    private static string Text(PairedDifference d) => d.Count switch { 0 => "-", 1 => $"{d.Mean:+0.00;-0.00}", _ => $"{d.Mean:+0.00;-0.00} ({d.Low:0.00} to {d.High:0.00})" };
}

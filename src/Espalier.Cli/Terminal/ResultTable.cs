using Espalier.Experiments.Results;
using Espalier.Experiments;
using Spectre.Console;

namespace Espalier.Cli.Terminal;

/// <summary>The accuracies of a run as a table: one row a sparsity and rewind epoch, mean ± standard deviation over seeds.</summary>
internal static class ResultTable
{
    public static void Print(Output output, Summary summary)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string heading in new[] { "sparsity", "of all weights", "k", "IMP", "LTH", "naive", "permuted", "gap closed" }) table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (ComparisonRow row in ComparisonRow.Of(summary.Cells))
            table.AddRow($"{row.Sparsity:0.##%}", $"{row.SparsityOfAllWeights:0.0%}", $"{row.RewindEpoch}", row.Imp.ToString(), row.Lth.ToString(), row.Naive.ToString(), row.Permuted.ToString(),
                double.IsNaN(row.GapClosed) ? "-" : $"{row.GapClosed:0.00}");
        output.Console.Write(table);
        MeanStd dense = MeanStd.Of(summary.Cells.Where(cell => cell.Method == "dense").Select(cell => cell.TestAccuracyPercent));
        output.Line($"{summary.Model} on {summary.DataSet}; test accuracy in per cent after the last epoch; n = {summary.Cells.Select(cell => cell.Seed).Distinct().Count()} seeds; dense {dense}.");
    }
}

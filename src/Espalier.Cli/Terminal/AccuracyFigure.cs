using Espalier.Experiments.Results;
using Espalier.Experiments;
using Espalier.Files;
using ScottPlot;

namespace Espalier.Cli.Terminal;

/// <summary>Accuracy by sparsity and method, mean and standard deviation over seeds, as a PNG.</summary>
internal static class AccuracyFigure
{
    /// <summary>Blue, orange, green of Okabe and Ito 2008: told apart by colour-blind readers, and in print by their order.</summary>
    private static readonly (string Name, string Color, Func<ComparisonRow, MeanStd> Of)[] Methods =
    [
        ("LTH", "#0072B2", row => row.Lth), ("permuted", "#009E73", row => row.Permuted), ("naive", "#E69F00", row => row.Naive),
    ];

    public static void Write(string path, Summary summary)
    {
        IReadOnlyList<ComparisonRow> rows = ComparisonRow.Of(summary.Cells);
        using var plot = new Plot();
        var bars = new List<Bar>();
        for (int r = 0; r < rows.Count; r++)
            for (int m = 0; m < Methods.Length; m++)
            {
                MeanStd value = Methods[m].Of(rows[r]);
                bars.Add(new Bar { Position = r * 4 + m, Value = value.Mean, Error = double.IsNaN(value.Std) ? 0 : value.Std, FillColor = Color.FromHex(Methods[m].Color), Label = $"{value.Mean:0.0}" });
            }
        var drawn = plot.Add.Bars(bars);
        drawn.ValueLabelStyle.FontSize = 12;
        plot.Axes.Bottom.SetTicks([.. rows.Select((_, r) => r * 4 + 1.0)], [.. rows.Select(row => $"{row.Sparsity:0.##%}, k={row.RewindEpoch}")]);
        plot.Legend.ManualItems.AddRange(Methods.Select(m => new LegendItem { LabelText = m.Name, FillColor = Color.FromHex(m.Color) }));
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.SetLimitsY(0, 110);
        plot.YLabel("test accuracy, %");
        plot.XLabel("sparsity of the prunable weights");
        plot.Title($"{summary.Model} on {summary.DataSet}, n = {summary.Cells.Select(c => c.Seed).Distinct().Count()} seeds", 15);
        plot.Axes.Margins(bottom: 0);
        byte[] png = plot.GetImage(900, 560).GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}

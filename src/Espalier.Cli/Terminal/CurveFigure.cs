using Espalier.Files;
using Espalier.Training;
using ScottPlot;

namespace Espalier.Cli.Terminal;

/// <summary>Test accuracy after every epoch of every sparse training of a run, as a PNG; drawn from the run's <c>metrics.jsonl</c> files.</summary>
internal static class CurveFigure
{
    private static readonly (string Prefix, string Color, LinePattern Pattern)[] Styles =
        [("lth", "#0072B2", LinePattern.Solid), ("permuted", "#009E73", LinePattern.Dashed), ("naive", "#E69F00", LinePattern.Dotted)];

    /// <param name="path">The picture.</param>
    /// <param name="run">Folder of the run, with one folder a seed.</param>
    /// <returns>Whether there was anything to draw: trainings that were tested after more than one epoch.</returns>
    public static bool Write(string path, string run)
    {
        using var plot = new Plot();
        int drawn = 0;
        foreach (string folder in Directory.EnumerateDirectories(run, "seed-*").SelectMany(seed => Directory.EnumerateDirectories(Path.Combine(seed, "sparse"))).Order(StringComparer.Ordinal))
        {
            EpochMetrics[] tested = [.. new TrainingFolder(folder).ReadMetrics().Where(m => m.TestAccuracyPercent is not null)];
            string name = Path.GetFileName(folder);
            if (tested.Length < 2 || Array.Find(Styles, s => name.StartsWith(s.Prefix, StringComparison.Ordinal)) is not { Prefix: not null } style) continue;
            var line = plot.Add.Scatter(tested.Select(m => (double)m.Epoch).ToArray(), tested.Select(m => m.TestAccuracyPercent!.Value).ToArray(), Color.FromHex(style.Color));
            line.LinePattern = style.Pattern;
            line.LineWidth = 2;
            line.LegendText = $"{Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(folder)))} {name}";
            drawn++;
        }
        if (drawn == 0) return false;
        plot.XLabel("epoch after rewinding");
        plot.YLabel("test accuracy, %");
        plot.ShowLegend(Edge.Right);
        byte[] png = plot.GetImage(1000, 560).GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
        return true;
    }
}

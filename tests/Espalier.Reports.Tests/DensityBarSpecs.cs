using System.Text.RegularExpressions;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>Bars of weights kept, read back from the picture.</summary>
public sealed class DensityBarSpecs
{
    private static readonly RunResults s_run = Fixtures.Finished;

    private static readonly string s_model = s_run.Densities[0].Model;

    private static readonly Figure s_figure = DensityFigure.Of(new RunView(s_run), s_model)!;

    [Fact]
    public void Every_bar_is_as_long_as_the_share_that_is_kept()
    {
        Polygon[] bars = [.. s_figure.Shapes.OfType<Polygon>().Where(shape => shape.Tip is not null)];
        Assert.NotEmpty(bars);
        // Percent in the tip over length on paper: one scale for all bars of a panel, and panels are found by where bars begin.
        foreach (IGrouping<double, Polygon> panel in bars.GroupBy(bar => Math.Round(bar.Points[0].X, 6)))
        {
            double[] scales =
            [
                .. from bar in panel
                let kept = double.Parse(bar.Tip!.Split(": ")[1].Split('%')[0].Trim(), System.Globalization.CultureInfo.InvariantCulture)
                where kept > 5
                select (bar.Points[1].X - bar.Points[0].X) / kept,
            ];
            Assert.NotEmpty(scales);
            Assert.All(scales, scale => Assert.Equal(scales[0], scale, 0.02 * scales[0]));
        }
    }

    [Fact]
    public void The_numbers_beside_the_figure_sum_to_what_the_masks_keep()
    {
        string[][] lines = [.. s_figure.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Cells)];
        LayerDensity[] all = [.. s_run.Densities.Where(density => density.Model == s_model)];
        foreach (double sparsity in all.Select(density => density.Sparsity).Distinct())
        {
            LayerDensity[] lth = [.. all.Where(density => density.Method == "lth" && density.Sparsity == sparsity)];
            double kept = lth.Sum(density => (double)density.Kept),
                weights = lth.Sum(density => (double)density.Weights);
            Dictionary<string, double> size = lth.GroupBy(density => density.Layer)
                .ToDictionary(same => same.Key.Replace(".weight", "", StringComparison.Ordinal), same => same.Sum(d => (double)d.Weights));
            string panel = lines[0][0];
            double drawn = lines
                .Where(line => line[0] == panel && line[1] == Numbers.Percent(sparsity))
                .Sum(line => double.Parse(line[2], System.Globalization.CultureInfo.InvariantCulture) / 100 * size[line[3]]);
            Assert.Equal(kept / weights, drawn / weights, 1e-6);
        }
    }

    /// <summary>Cells of a line, which may stand in quotation marks.</summary>
    private static string[] Cells(string line) =>
        [.. Regex.Matches(line, "(?:^|,)(?:\"([^\"]*)\"|([^,\"]*))").Select(cell => cell.Groups[1].Value + cell.Groups[2].Value)];
}

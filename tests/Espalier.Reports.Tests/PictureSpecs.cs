using System.Text.RegularExpressions;
using Espalier.Lab.Findings;
using Espalier.Networks;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tests.Support;
using Espalier.Weights;
using SkiaSharp;

namespace Espalier.Reports.Tests;

/// <summary>Masks, permutations, scores and networks as pictures.</summary>
public sealed class PictureSpecs
{
    private static readonly Paint[] s_paints = [.. Palette.Levels, Paint.Orange, Paint.Vermillion];

    [Theory, InlineData(1, 1), InlineData(5, 3), InlineData(112, 112), InlineData(513, 300)]
    public void A_raster_is_read_by_another_decoder_as_what_it_was(int rows, int columns)
    {
        Paint[][] cells =
        [
            .. Enumerable
                .Range(0, rows)
                .Select(y => (Paint[])[.. Enumerable.Range(0, columns).Select(x => s_paints[(x * 7 + y * 3) % s_paints.Length])]),
        ];
        using SKBitmap read = SKBitmap.Decode(RasterPng.Of(cells));
        Assert.Equal((columns, rows), (read.Width, read.Height));
        for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++)
            Assert.Equal(SKColor.Parse(Palette.Light(cells[y][x])), read.GetPixel(x, y));
    }

    [Fact]
    public void A_raster_of_more_colours_than_four_bits_can_tell_is_refused() =>
        Assert.Throws<ArgumentException>(() => RasterPng.Of([Enum.GetValues<Paint>()]));

    [Fact]
    public void A_page_shows_masks_scores_permutations_and_the_network_and_their_files_hold_the_numbers()
    {
        IReadOnlyDictionary<string, string> files = Written.Once(Fixtures.OneSeed);
        foreach (
            string name in new[] { "mask-1-resnet20", "mask-2-resnet20", "scores-resnet20", "permutations-resnet20", "network-resnet20" }
        )
        {
            Assert.Contains($"<figure id=\"{name}\"", files[Report.PageName], StringComparison.Ordinal);
            Assert.True(files[$"figures/{name}.csv"].Count(c => c == '\n') > 8);
        }
        Assert.Equal(2 * 2, Regex.Count(files["figures/scores-resnet20.svg"], "<image "));
        string third = files["figures/scores-resnet20.csv"]
            .Split('\n')
            .Single(line => line.Contains("layer1.0.conv1, matched", StringComparison.Ordinal) && line.Split(',')[^2] == "3");
        Assert.Equal("0.53", third.Split(',')[^1].Split(' ')[3]);
    }

    [Fact]
    public void A_picture_is_bounded_whatever_the_layer()
    {
        double[][] full =
        [
            .. Enumerable
                .Range(0, MaskPicture.MostCells)
                .Select(y => (double[])[.. Enumerable.Range(0, MaskPicture.MostCells).Select(x => x * y % 17 / 17.0)]),
        ];
        var mask = new LayerMask("resnet20", 0, "lth", 0.9, new MaskPicture("large", 2048, 2048, 19, 19, full));
        RunResults results = Fixtures.OneSeed with { Masks = [mask, mask with { Method = "permuted" }] };
        string page = Written.Texts(results)[Report.PageName];
        int start = page.IndexOf("<figure id=\"mask-1-resnet20\"", StringComparison.Ordinal);
        Assert.InRange(page.IndexOf("</figure>", start, StringComparison.Ordinal) - start, 10_000, 60_000);
    }

    [Theory, InlineData("resnet20"), InlineData("densenet121"), InlineData("vit_tiny:depth=2,patch=8")]
    public void A_network_has_a_row_for_every_node_and_no_line_runs_over_another(string name)
    {
        Network network = Models.Build(name, Networks.Shape.Maps(3, 32, 32), 10);
        Figure figure = NetworkFigure.Of(network, "network", name);
        Assert.Equal(
            network.Nodes.Select(node => node.Name),
            figure.Shapes.OfType<Polygon>().Select(box => box.Tip).OfType<string>().Select(tip => tip.Split(':')[0])
        );
        Polyline[] lines = [.. figure.Shapes.OfType<Polyline>()];
        Assert.Equal(network.Nodes.Sum(node => node.Inputs.Count), lines.Length);
        foreach (IGrouping<double, Polyline> lane in lines.Where(line => line.Points.Count == 4).GroupBy(line => line.Points[1].X))
        {
            Polyline[] down = [.. lane.OrderBy(line => line.Points[1].Y)];
            Assert.All(down.Zip(down.Skip(1)), pair => Assert.True(pair.First.Points[2].Y < pair.Second.Points[1].Y));
        }
    }

    [Fact]
    public void A_network_too_large_for_a_page_is_left_to_the_command()
    {
        Network large = Models.Build("densenet121", Networks.Shape.Maps(3, 32, 32), 10);
        RunResults results = Fixtures.OneSeed with { Networks = new Dictionary<string, Network> { ["resnet20"] = large } };
        Assert.DoesNotContain("network-resnet20", Written.Texts(results)[Report.PageName], StringComparison.Ordinal);
        Assert.StartsWith("<?xml", NetworkPicture.Svg(large), StringComparison.Ordinal);
    }
}

using System.Xml.Linq;
using Espalier.Experiments.Results;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tests.Support;
using SkiaSharp;

namespace Espalier.Reports.Tests;

/// <summary>Every figure of every invented run: legible, nothing on top of each other, nothing cut off.</summary>
public sealed class FigureSpecs
{
    public static TheoryData<string> Runs => [.. Fixtures.All.Keys, "large", "stress"];

    [Theory, MemberData(nameof(Runs))]
    public void No_two_texts_touch_and_none_leaves_the_figure(string run)
    {
        foreach (Figure figure in Figures(run))
        {
            Label[] labels = [.. figure.Shapes.OfType<Label>()];
            foreach (Label label in labels)
            {
                var b = label.Bounds;
                Assert.True(b.Left >= 0 && b.Top >= 0 && b.Right <= figure.Width && b.Bottom <= figure.Height, $"'{label.Text}' leaves {figure.Id}.");
            }
            for (int i = 0; i < labels.Length; i++)
                for (int j = 0; j < i; j++)
                    Assert.False(Touch(labels[i].Bounds, labels[j].Bounds), $"'{labels[i].Text}' touches '{labels[j].Text}' in {figure.Id}.");
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public void Everything_drawn_lies_in_the_figure(string run)
    {
        foreach (Figure figure in Figures(run))
            foreach (Point point in figure.Shapes.SelectMany(shape =>
                shape switch { Polyline line => line.Points, Polygon area => area.Points, Circle circle => [circle.Center], _ => Array.Empty<Point>() }))
                Assert.True(point.X >= 0 && point.X <= figure.Width && point.Y >= 0 && point.Y <= figure.Height, $"({point.X}, {point.Y}) leaves {figure.Id}.");
    }

    [Theory, MemberData(nameof(Runs))]
    public void A_figure_is_well_formed_svg_with_its_texts(string run)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        foreach (Figure figure in Figures(run))
        {
            XElement root = XDocument.Parse(SvgRenderer.Standalone(figure)).Root!;
            Assert.Equal(svg + "svg", root.Name);
            Assert.Equal(figure.Title, root.Element(svg + "title")!.Value);
            Assert.Equal(figure.Shapes.OfType<Label>().Select(label => label.Text), root.Elements(svg + "text").Select(text => text.Value));
        }
    }

    [Theory, InlineData("finished"), InlineData("early-matching")]
    public void Every_text_is_drawn_in_the_png(string run)
    {
        foreach (Figure figure in Figures(run))
        {
            using SKBitmap picture = SKBitmap.Decode(SkiaRenderer.Png(figure));
            Assert.Equal((int)(2 * figure.Width), picture.Width);
            foreach (Label label in figure.Shapes.OfType<Label>())
            {
                var b = label.Bounds;
                Assert.True(Ink(picture, b.Left, b.Top, b.Right, b.Bottom), $"'{label.Text}' is not to be seen in {figure.Id}.");
            }
        }
    }

    [Fact]
    public void Lines_differ_in_colour_and_in_marker_or_dash()
    {
        string[] methods = ["lth", "permuted", "naive", "shuffled-units", "shuffled-layer", "erk-random", "b-imp", "imp", "mine", "other", "third",
            "weight-matched", "weight-refined", "uniform-random", "snip", "syn-flow", "set", "rigl", "rigl-uniform", "gmp"];
        Charts.Style[] styles = [.. methods.Select(method => Charts.Style.Of(method, methods))];
        Assert.Equal(styles.Length, styles.Select(style => (style.Marker, style.Hollow, style.Dash)).Distinct().Count());
        Assert.Equal(8, styles.Take(8).Select(style => style.Paint).Distinct().Count());
    }

    [Fact]
    public void Networks_whose_names_differ_in_signs_alone_have_figures_of_their_own()
    {
        RunResults one = Fixtures.OneSeed;
        RunResults both = one with { Cells = [.. one.Cells, .. one.Cells.Select(cell => cell with { Model = "resnet20:" })] };
        string[] ids = [.. AllFigures.Of(new RunView(both)).All.Select(figure => figure.Id)];
        Assert.Equal(ids.Distinct(), ids);
    }

    private static IEnumerable<Figure> Figures(string run) => AllFigures.Of(new RunView(run switch { "large" => Fixtures.Large, "stress" => Fixtures.Stress, _ => Fixtures.All[run] })).All;

    private static bool Touch((double Left, double Top, double Right, double Bottom) a, (double Left, double Top, double Right, double Bottom) b) => a.Left < b.Right && b.Left < a.Right
        && a.Top < b.Bottom && b.Top < a.Bottom;

    private static bool Ink(SKBitmap picture, double left, double top, double right, double bottom)
    {
        for (int y = (int)(2 * top); y < 2 * bottom; y++)
            for (int x = (int)(2 * left); x < 2 * right; x++)
                if (picture.GetPixel(x, y).Red < 160) return true;
        return false;
    }
}

using System.Collections.Concurrent;
using System.Xml.Linq;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
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
            var labels = figure.Shapes.OfType<Label>().Select(label => (label.Text, label.Bounds)).ToArray();
            foreach ((string text, var b) in labels)
                Assert.True(
                    b.Left >= 0 && b.Top >= 0 && b.Right <= figure.Width && b.Bottom <= figure.Height,
                    $"'{text}' leaves {figure.Id}."
                );
            for (int i = 0; i < labels.Length; i++)
            for (int j = 0; j < i; j++)
                if (Touch(labels[i].Bounds, labels[j].Bounds))
                    Assert.Fail($"'{labels[i].Text}' touches '{labels[j].Text}' in {figure.Id}.");
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public void Everything_drawn_lies_in_the_figure(string run)
    {
        foreach (Figure figure in Figures(run))
        foreach (
            Point point in figure.Shapes.SelectMany(shape =>
                shape switch
                {
                    Polyline line => line.Points,
                    Polygon area => area.Points,
                    Circle circle => [circle.Center],
                    Region region => region.Parts.SelectMany(part => part),
                    _ => Array.Empty<Point>(),
                }
            )
        )
            if (!(point.X >= 0 && point.X <= figure.Width && point.Y >= 0 && point.Y <= figure.Height))
                Assert.Fail($"({point.X}, {point.Y}) leaves {figure.Id}.");
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
            SKColor[] pixels = picture.Pixels;
            Assert.Equal((int)(2 * figure.Width), picture.Width);
            foreach (Label label in figure.Shapes.OfType<Label>())
            {
                var b = label.Bounds;
                Assert.True(
                    Ink(pixels, picture.Width, b.Left, b.Top, b.Right, b.Bottom),
                    $"'{label.Text}' is not to be seen in {figure.Id}."
                );
            }
        }
    }

    [Fact]
    public void Lines_differ_in_colour_and_in_marker_or_dash()
    {
        string[] methods =
        [
            "lth",
            "permuted",
            "naive",
            "shuffled-units",
            "shuffled-layer",
            "erk-random",
            "b-imp",
            "imp",
            "mine",
            "other",
            "third",
            "weight-matched",
            "weight-refined",
            "uniform-random",
            "snip",
            "syn-flow",
            "set",
            "rigl",
            "rigl-uniform",
            "gmp",
        ];
        Charts.Style[] styles = [.. methods.Select(method => MethodStyle.Of(method, methods, new Analysis.RunMethods(Fixtures.Finished)))];
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

    /// <summary>Laid out once for all tests that look at them.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Figure[]>> s_figures = new();

    private static Figure[] Figures(string run) =>
        s_figures
            .GetOrAdd(
                run,
                name => new Lazy<Figure[]>(() =>
                    [
                        .. AllFigures
                            .Of(
                                new RunView(
                                    name switch
                                    {
                                        "large" => Fixtures.Large,
                                        "stress" => Fixtures.Stress,
                                        _ => Fixtures.All[name],
                                    }
                                )
                            )
                            .All,
                    ]
                )
            )
            .Value;

    private static bool Touch(
        (double Left, double Top, double Right, double Bottom) a,
        (double Left, double Top, double Right, double Bottom) b
    ) => a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;

    private static bool Ink(SKColor[] pixels, int width, double left, double top, double right, double bottom)
    {
        for (int y = (int)(2 * top); y < 2 * bottom; y++)
        for (int x = (int)(2 * left); x < 2 * right; x++)
            if (pixels[y * width + x].Red < 160)
                return true;
        return false;
    }
}

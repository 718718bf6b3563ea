using Espalier.Experiments.Results;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>Other ways to find π beside the paper's, in reports.</summary>
public class VariantSpecs
{
    private const string One = "permuted by=weights against=rewind of=pruned", Two = "permuted by=weights against=rewind of=pruned start=activations criterion=kept-sign normalize=true restarts=4";

    private static RunResults Results { get; } = Fixtures.OneSeed with
    {
        Cells = [.. Fixtures.OneSeed.Cells, .. Fixtures.OneSeed.Cells.Where(cell => cell.Method == "naive").SelectMany(cell => new[] { One, Two }.Select(name => cell with { Method = name, TestAccuracyPercent = cell.TestAccuracyPercent + 0.4 }))],
    };

    [Fact]
    public void They_stand_after_the_named_ways_and_before_naive_and_say_what_they_are()
    {
        Assert.Equal(["lth", "permuted", "weight-refined", One, Two, "naive", "erk-random"], MethodNames.Sort(["naive", Two, "erk-random", One, "weight-refined", "permuted", "lth"]));
        Assert.Contains("found by=weights", MethodNames.Meaning(One));
        Assert.True(MethodNames.IsMoved(Two) && MethodNames.IsMoved("permuted") && !MethodNames.IsMoved("naive"));
    }

    [Fact]
    public void A_page_with_long_names_is_well_formed_and_its_lines_of_csv_keep_their_columns()
    {
        SortedDictionary<string, string> texts = Written.Texts(Results);
        Assert.Contains(Two, texts[Report.PageName]);
        string[] lines = texts["tables.csv"].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int columns = lines[0].Count(c => c == ',');
        Assert.All(lines, line => Assert.Equal(columns, line.Count(c => c == ',')));
    }

    [Fact]
    public void The_gap_closed_is_a_ratio_of_means_whose_interval_knows_that_both_vary_together()
    {
        IReadOnlyDictionary<long, double> By(params double[] values) => values.Select((value, seed) => (value, seed)).ToDictionary(pair => (long)pair.seed, pair => pair.value);
        Comparison Row(params double[] found) => new("m", 0.9, 0.9, 0, null, new Dictionary<string, IReadOnlyDictionary<long, double>> { ["lth"] = By(90, 92), ["naive"] = By(80, 80), [One] = By(found) });
        // Half of each seed's own gap: no doubt at all, though the gaps differ.
        Assert.Equal(new GapClosed(0.5, 0.5, 0.5, 2), GapClosed.Of(Row(85, 86), One));
        // a = 4, 7; b = 10, 12; g = 11/22; a − g·b = −1, 1, whose deviation is √2: half width 12.706 · √2 / √2 / 11.
        GapClosed doubt = GapClosed.Of(Row(84, 87), One);
        Assert.Equal(0.5, doubt.Share, 12);
        Assert.Equal(0.5 - 12.706 / 11, doubt.Low, 3);
        Assert.Equal(0.5 + 12.706 / 11, doubt.High, 3);
        Assert.True(double.IsNaN(GapClosed.Of(Row(84, 87), "other").Share));
    }

    [Fact]
    public void The_table_of_gaps_is_there_only_where_the_mask_is_moved_in_several_ways()
    {
        Assert.Contains("id=\"gap-closed-", Written.Texts(Results)[Report.PageName]);
        Assert.DoesNotContain("id=\"gap-closed-", Written.Texts(Fixtures.Finished)[Report.PageName]);
    }

    [Fact]
    public void The_figure_of_gaps_has_a_row_a_method_best_first_with_the_interval_of_each()
    {
        IReadOnlyList<Cell> Of(string method, params double[] values) => [.. values.Select((value, seed) => new Cell(method, seed, value))];
        Figure figure = GapFigure.Of(View([.. Of("lth", 90, 92), .. Of("naive", 80, 80), .. Of("permuted", 82, 82.4), .. Of(One, 85, 86), .. Of("snip", 70, 70)]), "m")!;
        string[] names = [.. figure.Shapes.OfType<Label>().Where(label => label.Anchor == Anchor.End).OrderBy(label => label.At.Y).Select(label => label.Text)];
        Assert.Equal([One["permuted ".Length..], "permuted", "SNIP"], names);
        Circle[] points = [.. figure.Shapes.OfType<Circle>().Where(circle => circle.Tip is not null).OrderBy(circle => circle.Center.Y)];
        Assert.Equal(["permuted by=weights against=rewind of=pruned, k = 0: 0.50 (0.50 to 0.50), n = 2", "permuted, k = 0: 0.20 (0.20 to 0.20), n = 2", "SNIP, k = 0: −0.91 (−1.96 to 0.14), n = 2"], points.Select(point => point.Tip));
        // Equal steps of the share are equal steps on the page; −0.91 lies at the edge, which is at −0.75.
        Assert.Equal((points[0].Center.X - points[1].Center.X) / 0.3, (points[1].Center.X - points[2].Center.X) / 0.95, 6);
        Assert.Null(GapFigure.Of(View([.. Of("lth", 90), .. Of("naive", 80), .. Of("permuted", 82), .. Of("snip", 82)]), "m"));
        Assert.Null(GapFigure.Of(View([.. Of("lth", 80), .. Of("naive", 80), .. Of(One, 82)]), "m"));
    }

    [Fact]
    public void Where_methods_are_many_only_the_named_ones_are_lines()
    {
        string[] named = ["lth", "permuted", "naive"], other = [.. Enumerable.Range(2, 9).Select(i => $"permuted by=weights restarts={i}")];
        Cell[] All(IEnumerable<string> methods) => [.. methods.Select((method, i) => new Cell(method, 0, 80 + i))];
        Assert.Equal(named, View(All([.. named, .. other])).Drawn("m"));
        Assert.Equal([.. named[..2], .. other[..7], named[2]], View(All([.. named, .. other[..7]])).Drawn("m"));
    }

    private readonly record struct Cell(string Method, long Seed, double Accuracy);

    private static RunView View(IReadOnlyList<Cell> cells)
    {
        ResultCell like = Fixtures.Finished.Cells.First(cell => cell.Method == "lth");
        return new RunView(Fixtures.Finished with { Cells = [.. cells.Select(cell => like with { Model = "m", RewindEpoch = 0, Method = cell.Method, Seed = cell.Seed, TestAccuracyPercent = cell.Accuracy })] });
    }
}

using Espalier.Experiments.Results;
using Espalier.Reports.Analysis;
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
}

using Espalier.Lab.Design;
using Espalier.Reports.Analysis;
using Espalier.Reports.Tests.Support;
using static Espalier.Reports.Tests.Support.InventedAccuracy;
using static Espalier.Reports.Tests.Support.InventedVariants;

namespace Espalier.Reports.Tests;

/// <summary>Other ways to find π beside the paper's, in reports.</summary>
public class VariantSpecs
{
    [Fact]
    public void They_stand_after_the_named_ways_and_before_naive_and_say_what_they_are()
    {
        var names = new RunMethods(Results);
        Assert.Equal(
            ["lth", "permuted", "weight-refined", One, Two, "naive", "erk-random"],
            names.Sort(["naive", Two, "erk-random", One, "weight-refined", "permuted", "lth"])
        );
        Assert.Contains("found by=weights", names.Meaning(One));
        Assert.True(names.IsMoved(Two) && names.IsMoved("permuted") && !names.IsMoved("naive"));
    }

    [Fact]
    public void Every_name_that_reports_look_for_is_in_the_table_of_methods() =>
        Assert.All(
            typeof(MethodNames).GetFields().Select(field => (string)field.GetRawConstantValue()!),
            name => Assert.NotNull(Methods.Find(name))
        );

    [Fact]
    public void A_page_with_long_names_is_well_formed_and_its_lines_of_csv_keep_their_columns()
    {
        IReadOnlyDictionary<string, string> texts = Written.Once(Results);
        Assert.Contains(Two, texts[Report.PageName]);
        string[] lines = texts["tables.csv"].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int columns = lines[0].Count(c => c == ',');
        Assert.All(lines, line => Assert.Equal(columns, line.Count(c => c == ',')));
    }

    [Fact]
    public void Names_in_legends_and_heads_are_short_and_spelled_out_in_a_key()
    {
        IReadOnlyDictionary<string, string> texts = Written.Once(Results);
        string[] shown = [.. texts.Where(file => file.Key.EndsWith(".svg", StringComparison.Ordinal)).Select(file => file.Value)];
        Assert.Contains(shown, figure => figure.Contains("matched (weights, B@k, pruned)", StringComparison.Ordinal));
        Assert.All(shown, figure => Assert.DoesNotContain("by=weights", figure));
        foreach (string text in new[] { texts[Report.PageName], texts["tables.md"] })
        {
            string[] lines = [.. text.Split('\n').Where(line => line.Contains("by=weights", StringComparison.Ordinal))];
            Assert.NotEmpty(lines);
            // Full names stand in the key, which says what they mean, and among the settings; nowhere else.
            Assert.All(lines, line => Assert.Contains("m moved by a permutation found by=weights", line));
        }
    }

    [Fact]
    public void Where_methods_are_many_only_the_named_ones_are_lines()
    {
        string[] named = ["lth", "permuted", "naive"],
            other = [.. Enumerable.Range(2, 9).Select(i => $"permuted by=weights restarts={i}")];
        InventedAccuracy[] All(IEnumerable<string> methods) => [.. methods.Select((method, i) => new InventedAccuracy(method, 0, 80 + i))];
        Assert.Equal(named, View(All([.. named, .. other])).Drawn("m"));
        Assert.Equal([.. named[..2], .. other[..7], named[2]], View(All([.. named, .. other[..7]])).Drawn("m"));
    }
}

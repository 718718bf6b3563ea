using System.Text.Json;
using System.Text.RegularExpressions;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tables;
using Espalier.Reports.Tests.Support;
using static Espalier.Reports.Tests.Support.InventedAccuracy;
using static Espalier.Reports.Tests.Support.InventedVariants;

namespace Espalier.Reports.Tests;

/// <summary>The share of the gap between naive and LTH that a method closes, in tables, figures and files.</summary>
public sealed class GapSpecs
{
    [Fact]
    public void The_share_of_the_gap_is_the_same_number_wherever_it_stands()
    {
        double[] lth = [90, 92, 91],
            naive = [80, 81, 80],
            moved = [84, 86, 88],
            permuted = [83, 84, 85];
        InventedAccuracy[] cells =
        [
            .. Of("lth", lth),
            .. Of("naive", naive),
            .. Of("permuted", permuted),
            .. Of(One, moved),
            new("lth", 3, 60),
            new("permuted", 3, 99),
        ]; // a seed without naive
        RunResults results = View(cells).Results;
        var gap = GapClosed.Of([.. moved.Zip(naive, (a, b) => a - b)], [.. lth.Zip(naive, (a, b) => a - b)]);
        var own = GapClosed.Of([.. permuted.Zip(naive, (a, b) => a - b)], [.. lth.Zip(naive, (a, b) => a - b)]);
        SortedDictionary<string, string> texts = Written.Texts(results);
        string Text(GapClosed of) => $"{Numbers.Fixed(of.Share)} ({Numbers.Fixed(of.Low)} to {Numbers.Fixed(of.High)})";
        // By cell, pooled over one row, and among all ways.
        Assert.Equal(3, Regex.Count(texts["tables.md"], Regex.Escape($"| {Text(own)} |\n")));
        Assert.Contains($"matched (weights, B@k, pruned) | {Text(gap)} |", texts["tables.md"]);
        Assert.Contains(
            $"matched (weights, B@k, pruned), k = 0: {Text(gap)}, n = 3",
            string.Concat(texts.Where(file => file.Key.EndsWith(".svg", StringComparison.Ordinal)).Select(file => file.Value))
        );
        Assert.Contains(
            $"<td>{Numbers.Fixed(gap.Share)}<small>{Numbers.Fixed(gap.Low)} to {Numbers.Fixed(gap.High)}</small>\n</td>",
            texts[Report.PageName]
        );
        using JsonDocument json = JsonDocument.Parse(texts["summary.json"]);
        JsonElement row = json.RootElement.GetProperty("comparisons")[0],
            found = row.GetProperty("gaps").GetProperty(One);
        Assert.Equal(
            (gap.Share, gap.Low, gap.High, 3),
            (
                found.GetProperty("share").GetDouble(),
                found.GetProperty("low").GetDouble(),
                found.GetProperty("high").GetDouble(),
                found.GetProperty("count").GetInt32()
            )
        );
        Assert.Equal(own.Share, row.GetProperty("gap_closed").GetDouble());
    }

    [Fact]
    public void A_row_without_a_gap_is_shown_with_a_dash_and_the_reason()
    {
        foreach (
            (double[] lth, string reason) in new[]
            {
                (new[] { 79.0, 80, 78 }, "LTH is not above naive"),
                ([80.4, 79.7, 80.2], "the gap is not distinguishable from 0"),
            }
        )
        {
            RunResults results = View([
                .. Of("lth", lth),
                .. Of("naive", 80, 80, 80),
                .. Of("permuted", 83, 84, 85),
                .. Of(One, 84, 86, 88),
            ]).Results;
            SortedDictionary<string, string> texts = Written.Texts(results);
            // Two tables of permuted, and both ways in that of gaps.
            Assert.Equal(4, Regex.Count(texts["tables.md"], Regex.Escape($"| – ({reason}) |")));
            Assert.Contains($"matched (weights, B@k, pruned) | – ({reason}) |", texts["tables.md"]);
            string figure = texts
                .Single(file => file.Key.Contains("gap-closed", StringComparison.Ordinal) && file.Key.EndsWith(".svg"))
                .Value;
            Assert.Contains("matched (weights, B@k, pruned)", figure);
            Assert.Contains($"k = 0: {reason}.", figure);
            using JsonDocument json = JsonDocument.Parse(texts["summary.json"]);
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("comparisons")[0].GetProperty("gap_closed").ValueKind);
        }
    }

    [Fact]
    public void Whatever_takes_of_another_networks_ticket_has_a_row_in_the_table_of_gaps_moved_or_not()
    {
        InventedAccuracy[] bounds = [.. Of("lth", 90, 92, 91), .. Of("naive", 80, 81, 80)];
        string[] ways = ["permuted", "signed-permuted", "signed", "untied", "magnitudes", "random-signs", "copied", One],
            others = ["shuffled-units", "snip", "b-imp"];
        InventedAccuracy[] All(IEnumerable<string> methods) => [.. methods.SelectMany((method, i) => Of(method, 82 + i, 83 + i, 84.5 + i))];
        Table all = GapTable.Of(View([.. bounds, .. All([.. ways, .. others])]), "m")!;
        Assert.Equal(
            ["matched (weights, B@k, pruned)", .. ways[..^1].Select(Methods.LabelOf).Order(StringComparer.Ordinal)],
            all.Rows.Select(row => row[1].Text)
                .OrderBy(label => !label.StartsWith("matched"))
                .ThenBy(label => label, StringComparer.Ordinal)
        );
        // On the mask as it is, too: no permutation is needed for a table, or for the figure.
        RunView signed = View([.. bounds, .. All(["signed"])]);
        var gap = GapClosed.Of([2, 2, 4.5], [10, 11, 11]);
        var cell = Assert.Single(GapTable.Of(signed, "m")!.Rows)[2];
        Assert.Equal((Numbers.Fixed(gap.Share), $"{Numbers.Fixed(gap.Low)} to {Numbers.Fixed(gap.High)}"), (cell.Text, cell.Detail));
        Assert.NotNull(GapFigure.Of(signed, "m"));
        // Moved alone as in the paper, or no ticket at all: nothing to set beside each other.
        Assert.Null(GapTable.Of(View([.. bounds, .. All(["permuted", .. others])]), "m"));
    }

    [Fact]
    public void The_table_of_gaps_is_there_only_where_a_ticket_is_used_in_several_ways()
    {
        Assert.Contains("id=\"gap-closed-", Written.Once(Results)[Report.PageName]);
        Assert.DoesNotContain("id=\"gap-closed-", Written.Once(Fixtures.Finished)[Report.PageName]);
    }

    [Fact]
    public void The_figure_of_gaps_has_a_row_a_method_best_first_with_the_interval_of_each()
    {
        Figure figure = GapFigure.Of(
            View([
                .. Of("lth", 90, 90.5),
                .. Of("naive", 80, 80),
                .. Of("permuted", 82, 82.1),
                .. Of(One, 85, 85.25),
                .. Of("snip", 70, 70),
            ]),
            "m"
        )!;
        string[] names =
        [
            .. figure
                .Shapes.OfType<Label>()
                .Where(label => label.Anchor == Anchor.End)
                .OrderBy(label => label.At.Y)
                .Select(label => label.Text),
        ];
        Assert.Equal(["matched (weights, B@k, pruned)", "permuted", "SNIP"], names);
        Circle[] points = [.. figure.Shapes.OfType<Circle>().Where(circle => circle.Tip is not null).OrderBy(circle => circle.Center.Y)];
        Assert.Equal(
            [
                "matched (weights, B@k, pruned), k = 0: 0.50 (0.50 to 0.50), n = 2",
                "permuted, k = 0: 0.20 (0.20 to 0.20), n = 2",
                "SNIP, k = 0: −0.98 (−1.41 to −0.74), n = 2",
            ],
            points.Select(point => point.Tip)
        );
        // Equal steps of the share are equal steps on the page; −0.98 lies at the edge, which is at −0.75.
        Assert.Equal((points[0].Center.X - points[1].Center.X) / 0.3, (points[1].Center.X - points[2].Center.X) / 0.95, 6);
        Assert.Null(GapFigure.Of(View([.. Of("lth", 90), .. Of("naive", 80), .. Of("permuted", 82), .. Of("snip", 82)]), "m"));
        // Nothing to close: the rows are there, without a point.
        Shape[] none = [.. GapFigure.Of(View([.. Of("lth", 80), .. Of("naive", 80), .. Of(One, 82)]), "m")!.Shapes];
        Assert.Contains(none.OfType<Label>(), label => label.Text == "matched (weights, B@k, pruned)");
        Assert.DoesNotContain(none.OfType<Circle>(), circle => circle.Tip is not null);
    }
}

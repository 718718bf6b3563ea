using System.Globalization;
using System.Text.Json;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>The files for other programs.</summary>
public sealed class TableFileSpecs
{
    [Theory, InlineData("finished"), InlineData("under-way"), InlineData("early-matching")]
    public void The_csv_has_every_mean_and_reads_back(string run)
    {
        RunResults results = Fixtures.All[run];
        string[][] rows = [.. Written.Once(results)["tables.csv"].TrimEnd('\n').Split('\n').Select(line => line.Split(','))];
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
        string At(string[] row, string name) => row[Array.IndexOf(rows[0], name)];
        foreach (var cells in results.Cells.GroupBy(cell => (cell.Model, cell.Method, cell.Sparsity, cell.RewindEpoch, cell.MatchEpoch)))
        {
            string[][] found =
            [
                .. rows.Skip(1)
                    .Where(row =>
                        At(row, "model") == cells.Key.Model
                        && At(row, "method") == (cells.Key is { Method: "dense", RewindEpoch: null } ? "dense-a" : cells.Key.Method)
                        && double.Parse(At(row, "sparsity"), CultureInfo.InvariantCulture) == cells.Key.Sparsity
                        && At(row, "rewind_epoch") == $"{cells.Key.RewindEpoch}"
                        && (cells.Key.MatchEpoch is null || At(row, "match_epoch") == $"{cells.Key.MatchEpoch}")
                    ),
            ];
            Assert.NotEmpty(found);
            Assert.All(
                found,
                row =>
                    Assert.Equal(
                        cells.Average(cell => cell.TestAccuracyPercent),
                        double.Parse(At(row, "test_accuracy_percent_mean"), CultureInfo.InvariantCulture),
                        9
                    )
            );
            Assert.All(found, row => Assert.Equal($"{cells.Count()}", At(row, "n")));
        }
    }

    [Fact]
    public void The_json_has_every_cell_in_snake_case_and_null_for_what_does_not_exist()
    {
        RunResults results = Fixtures.OneSeed;
        using JsonDocument json = JsonDocument.Parse(Written.Once(results)["summary.json"]);
        JsonElement cells = json.RootElement.GetProperty("cells");
        Assert.Equal(results.Cells.Count, cells.GetArrayLength());
        Assert.Equal(
            results.Cells[^1].TestAccuracyPercent,
            cells[results.Cells.Count - 1].GetProperty("test_accuracy_percent").GetDouble()
        );
        Assert.Equal("table5", json.RootElement.GetProperty("run").GetProperty("name").GetString());
        Assert.Equal(
            JsonValueKind.Null,
            json.RootElement.GetProperty("comparisons")[0].GetProperty("methods").GetProperty("lth").GetProperty("std").ValueKind
        );
    }

    [Fact]
    public void A_difference_in_the_json_is_the_one_of_the_library()
    {
        Comparison row = Comparison.Of(Fixtures.Finished.Cells)[0];
        PairedDifference expected = row.Difference("permuted", "naive");
        using JsonDocument json = JsonDocument.Parse(Written.Once(Fixtures.Finished)["summary.json"]);
        JsonElement difference = json.RootElement.GetProperty("comparisons")[0].GetProperty("permuted_minus").GetProperty("naive");
        Assert.Equal(expected.Low, difference.GetProperty("low").GetDouble());
        Assert.True(difference.GetProperty("is_positive").GetBoolean());
    }

    [Fact]
    public void Markdown_tables_have_rows_of_one_width_and_escape_what_is_not_theirs()
    {
        string text = Written.Once(Fixtures.UnderWay)["tables.md"];
        Assert.Contains("&lt;script>", text);
        foreach (string block in text.Split("\n\n").Where(block => block.StartsWith("| ", StringComparison.Ordinal)))
        {
            int[] widths =
            [
                .. block.Trim().Split('\n').Select(line => line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')),
            ];
            Assert.Single(widths.Distinct());
        }
    }
}

using System.Text.Json;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tables;
using Espalier.Reports.Tests.Support;
using Xunit;

namespace Espalier.Reports.Tests;

/// <summary>What is taken of a ticket, how far signs agree and how much is copied, in reports.</summary>
public class TicketSpecs
{
    /// <summary>Naive, and signed with another accuracy, were looked at; permuted and the controls are of an earlier version.</summary>
    private static RunResults Results { get; } =
        Fixtures.OneSeed with
        {
            Cells =
            [
                .. Fixtures.OneSeed.Cells.Select(cell =>
                    cell.Method == "naive" ? cell with { TicketBits = 12_345, SignAgreement = 0.51, DisagreementWithLth = 0.21 } : cell
                ),
                .. Fixtures
                    .OneSeed.Cells.Where(cell => cell.Method == "naive")
                    .Select(cell =>
                        cell with
                        {
                            Method = "signed",
                            TestAccuracyPercent = cell.TestAccuracyPercent + 1,
                            TicketBits = 23_456,
                            SignAgreement = 0.51,
                            DisagreementWithLth = 0.054,
                        }
                    ),
            ],
            Signs =
            [
                .. from cell in Fixtures.OneSeed.Cells
                where cell.Method == "naive"
                from method in new[] { "naive", "signed" }
                from layer in new[] { "conv1.weight", "linear.weight" }
                select new LayerAgreement(
                    cell.Model,
                    cell.Seed,
                    method,
                    cell.Sparsity,
                    cell.RewindEpoch,
                    null,
                    layer,
                    layer == "conv1.weight" ? 0.625 : 0.5
                ),
            ],
        };

    private static string Model => Results.Cells[0].Model;

    [Fact]
    public void A_table_says_what_is_taken_and_what_is_not_known()
    {
        Table table = TicketTable.Of(new RunView(Results), Model)!;
        string[] Row(string method) => [.. table.Rows.First(row => row[2].Text == method).Select(cell => cell.Text)];
        Assert.Equal(["12.3 kbit", "51.0%", "21.0%"], Row("naive")[^3..].Select(Plain));
        Assert.Equal(["23.5 kbit", "51.0%", "5.4%"], Row("signed")[^3..].Select(Plain));
        Assert.Equal(["–", "–", "–"], Row("permuted")[^3..]);
        List<string> methods = [.. table.Rows.Select(row => row[2].Text)];
        Assert.True(methods.IndexOf("signed") < methods.IndexOf("naive")); // a way to use the ticket, before the mask as it is

        static string Plain(string text) => text.Replace(" %", "%", StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_earlier_versions_have_neither_table_nor_figure_and_empty_columns()
    {
        var view = new RunView(Fixtures.OneSeed);
        Assert.Null(TicketTable.Of(view, Model));
        Assert.Null(SignFigure.Of(view, Model));
        Assert.Null(TradeFigures.WithLth(view, Model));
        string[] lines = CsvReport.Of(view).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith(",ticket_bits,sign_agreement,disagreement_with_lth", lines[0]);
        Assert.All(lines.Skip(1), line => Assert.EndsWith(",,,", line));
    }

    [Fact]
    public void Files_for_programs_have_the_same_numbers()
    {
        IReadOnlyDictionary<string, string> texts = Written.Once(Results);
        Assert.Contains(",12345,0.51,0.21\n", texts["tables.csv"]);
        Assert.Contains(",23456,0.51,0.054\n", texts["tables.csv"]);
        JsonElement root = JsonDocument.Parse(texts["summary.json"]).RootElement;
        Assert.Contains(
            root.GetProperty("cells").EnumerateArray(),
            cell => cell.TryGetProperty("disagreement_with_lth", out JsonElement share) && share.GetDouble() == 0.054
        );
        Assert.Equal(Results.Signs.Count, root.GetProperty("signs").GetArrayLength());
        Assert.Contains("What is taken of the ticket", texts[Report.PageName]);
        Assert.Contains("## What is taken of the ticket", texts["tables.md"]);
    }

    [Fact]
    public void Accuracy_stands_against_what_is_copied_one_mark_a_method_with_the_ticket_at_zero()
    {
        var view = new RunView(Results);
        string svg = SvgRenderer.Inline(TradeFigures.WithLth(view, Model)!);
        Assert.Contains("disagreement 21.0 %", svg);
        Assert.Contains("disagreement 5.4 %", svg);
        Assert.Contains("disagreement 0.0 %", svg);
        Assert.DoesNotContain("shuffled-units: ", svg); // not compared
    }

    [Fact]
    public void Methods_that_agree_alike_are_one_line_of_the_figure_of_signs()
    {
        string svg = SvgRenderer.Inline(SignFigure.Of(new RunView(Results), Model)!);
        Assert.Contains("conv1.weight: 62.5", svg);
        Assert.Contains("naive", svg);
        Assert.DoesNotContain("signed", svg);
    }
}

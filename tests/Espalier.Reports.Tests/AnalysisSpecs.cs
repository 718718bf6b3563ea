using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Tests.Support;

namespace Espalier.Reports.Tests;

/// <summary>The sentences of the summary and the numbers in them.</summary>
public sealed class AnalysisSpecs
{
    [Fact]
    public void A_pooled_difference_averages_rows_within_a_seed_first()
    {
        // Seed 0: (1 + 3) / 2 = 2; seed 1: (2 + 6) / 2 = 4. Mean 3, standard deviation √2, half width 12.706 · √2 / √2.
        PairedDifference d = Pooled.Difference([Row(0, (91, 90), (92, 90)), Row(5, (93, 90), (96, 90))], "permuted", "naive");
        Assert.Equal((3.0, 2), (d.Mean, d.Count));
        Assert.Equal(3 - 12.706, d.Low, 3);
        Assert.Equal(3 + 12.706, d.High, 3);
    }

    [Fact]
    public void A_row_counts_only_for_seeds_that_have_both()
    {
        Comparison half = new(
            "m",
            0.9,
            0.9,
            5,
            null,
            new Dictionary<string, IReadOnlyDictionary<long, double>> { ["permuted"] = new Dictionary<long, double> { [0] = 99 } }
        );
        Assert.Equal(1.5, Pooled.Difference([Row(0, (91, 90), (92, 90)), half], "permuted", "naive").Mean);
    }

    [Fact]
    public void The_gap_closed_is_of_means_and_undefined_where_lth_is_not_above_naive()
    {
        Comparison Gap(double lth) =>
            new(
                "m",
                0.9,
                0.9,
                0,
                null,
                new Dictionary<string, IReadOnlyDictionary<long, double>>
                {
                    ["lth"] = One(lth),
                    ["naive"] = One(90),
                    ["permuted"] = One(91),
                }
            );
        Assert.Equal(0.25, GapClosed.Of([Gap(94)], "permuted").Share, 12);
        Assert.Equal(0.4, GapClosed.Of([Gap(94), Gap(91)], "permuted").Share, 12);
        Assert.True(double.IsNaN(GapClosed.Of([Gap(89)], "permuted").Share));
    }

    [Theory]
    [InlineData(3, 1.0, 2.0, "Permuted is above naive by 1.50 points (95 % interval +1.00 to +2.00, n = 3 seeds).")]
    [InlineData(3, -2.0, -1.0, "Permuted is below naive by 1.50 points (95 % interval −2.00 to −1.00, n = 3 seeds).")]
    [InlineData(
        3,
        -1.0,
        2.0,
        "Permuted is not distinguishable from naive: +0.50 points (95 % interval −1.00 to +2.00, n = 3 seeds, which includes 0)."
    )]
    [InlineData(1, 1.0, 2.0, "Permuted − naive is +1.50 points; one seed: no interval.")]
    [InlineData(3, double.NaN, double.NaN, "Permuted and naive have no seed in common yet.")]
    [InlineData(0, 1.0, 2.0, "Permuted and naive have no seed in common yet.")]
    public void A_difference_is_put_into_an_honest_sentence(int n, double low, double high, string sentence) =>
        Assert.Equal(
            sentence,
            new Verdict(
                "permuted",
                "naive",
                new PairedDifference((low + high) / 2, 1, n, n < 2 ? double.NaN : low, n < 2 ? double.NaN : high),
                new RunMethods(Fixtures.Finished)
            ).Sentence
        );

    [Fact]
    public void A_claim_that_fails_is_named_in_the_headline()
    {
        RunResults results = Fixtures.Finished with
        {
            Cells =
            [
                .. Fixtures.Finished.Cells.Select(cell =>
                    cell.Method == "shuffled-units" ? cell with { TestAccuracyPercent = cell.TestAccuracyPercent + 3 } : cell
                ),
            ],
        };
        string headline = new Conclusions(new RunView(results), "resnet20").Headline;
        Assert.DoesNotContain("order holds", headline);
        Assert.Contains("permuted is below shuffled-units", headline);
        Assert.Contains("naive is below shuffled-units", headline);
    }

    [Fact]
    public void What_beats_permuted_is_said_whether_it_is_a_baseline_or_another_permutation()
    {
        const string Variant = "permuted by=weights against=rewind";
        string[] rivals = ["snip", "rigl", Variant];
        RunResults results = Fixtures.Finished with
        {
            Cells =
            [
                .. Fixtures.Finished.Cells,
                .. Fixtures
                    .Finished.Cells.Where(cell => cell.Method == "permuted")
                    .SelectMany(cell =>
                        rivals.Select(
                            (name, i) =>
                                cell with
                                {
                                    Method = name,
                                    TestAccuracyPercent = cell.TestAccuracyPercent + 2 - i + 1e-3 * cell.Seed,
                                }
                        )
                    ),
            ],
        };
        Verdict[] found = [.. new Conclusions(new RunView(results), "resnet20").Rivals.Where(verdict => rivals.Contains(verdict.First))];
        Assert.Equal([Variant, "snip", "rigl"], found.Select(verdict => verdict.First));
        Assert.All(found, verdict => Assert.Equal("permuted", verdict.Second));
        Assert.Equal(
            [DifferenceStanding.NotDistinguishable, DifferenceStanding.Above, DifferenceStanding.Above],
            found.Select(verdict => verdict.Standing)
        );
        Assert.Contains("SNIP is above permuted by 2", found[1].Sentence);
    }

    [Fact]
    public void The_best_of_many_ways_is_named_on_seeds_that_it_was_not_chosen_on()
    {
        (string Method, double[] Over)[] ways =
        [
            ("weight-refined", [9, -1, -1.1]), // best on the first seed alone
            ("weight-matched", [2, 2, 2]),
            ("permuted by=weights", [1, 1, 1]),
        ];
        RunResults results = Fixtures.Finished with
        {
            Cells =
            [
                .. Fixtures.Finished.Cells,
                .. from cell in Fixtures.Finished.Cells
                where cell.Method == "permuted"
                from way in ways
                select cell with
                {
                    Method = way.Method,
                    TestAccuracyPercent = cell.TestAccuracyPercent + way.Over[cell.Seed],
                },
            ],
        };
        string remark = new Conclusions(new RunView(results), "resnet20").Remarks[^1];
        Assert.StartsWith("Of 3 other ways to use the ticket, weight-refined is the best on 1 seed. On the other seeds, ", remark);
        Assert.Contains("Weight-refined is below permuted by 1.05 points", remark);
        Assert.Contains("n = 2 seeds", remark);
    }

    [Fact]
    public void Main_rows_are_those_of_the_latest_matching()
    {
        Assert.All(new RunView(Fixtures.EarlyMatching).Main("resnet20"), row => Assert.Equal(200, row.MatchEpoch));
        Assert.Equal(10, new RunView(Fixtures.EarlyMatching).Rows("resnet20").Count());
    }

    private static Dictionary<long, double> One(double value) => new() { [0] = value };

    private static Comparison Row(int k, params (double Permuted, double Naive)[] seeds) =>
        new(
            "m",
            0.9,
            0.9,
            k,
            null,
            new Dictionary<string, IReadOnlyDictionary<long, double>>
            {
                ["permuted"] = seeds.Select((s, i) => (s, i)).ToDictionary(p => (long)p.i, p => p.s.Permuted),
                ["naive"] = seeds.Select((s, i) => (s, i)).ToDictionary(p => (long)p.i, p => p.s.Naive),
            }
        );
}

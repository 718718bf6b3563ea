using CsCheck;
using Espalier.Lab.Findings;
using Xunit;

namespace Espalier.Lab.Tests.Findings;

/// <summary>The share of the gap that a method closes, against the test that its interval inverts.</summary>
public class GapSpecs
{
    private static readonly Gen<(double[] Part, double[] Whole)> Pairs =
        from n in Gen.Int[2, 7]
        from whole in Gen.Double[-2, 12].Array[n]
        from part in Gen.Double[-5, 15].Array[n]
        select (part, whole);

    [Fact]
    public void Its_interval_is_that_of_a_case_worked_by_hand()
    {
        // a = 4, 6, 5; b = 10, 11, 12: means 5 and 11, variances 1 and 1, covariance 0.5; t(0.975, 2)² / 3 = 6.170940. The roots of
        // (121 − q) θ² − 2 (55 − q / 2) θ + (25 − q).
        GapClosed gap = GapClosed.Of([4, 6, 5], [10, 11, 12]);
        Assert.Equal((GapStanding.Known, 3), (gap.Standing, gap.Count));
        Assert.Equal(5 / 11.0, gap.Share, 12);
        Assert.Equal(0.2510501, gap.Low, 6);
        Assert.Equal(0.6531554, gap.High, 6);
    }

    [Fact]
    public void Its_interval_holds_the_shares_for_which_the_paired_test_finds_no_difference_and_no_other() =>
        Pairs.Sample(given =>
        {
            GapClosed gap = GapClosed.Of(given.Part, given.Whole);
            PairedDifference whole = Test(given.Whole, new double[given.Whole.Length]);
            // Where the gap itself may be zero the test refuses no share far out: there is no interval, and no number is given.
            Assert.Equal(
                whole.Mean <= 0 ? GapStanding.NoGap
                    : whole.Low <= 0 ? GapStanding.UncertainGap
                    : GapStanding.Known,
                gap.Standing
            );
            if (gap.Standing != GapStanding.Known)
            {
                Assert.True(double.IsNaN(gap.Share) && double.IsNaN(gap.Low) && double.IsNaN(gap.High));
                return;
            }
            double width = gap.High - gap.Low;
            Assert.True(gap.Low <= gap.Share && gap.Share <= gap.High);
            for (int i = -300; i <= 300; i++)
            {
                double share = gap.Share + i / 100.0 * width;
                if (Math.Min(Math.Abs(share - gap.Low), Math.Abs(share - gap.High)) < 1e-6 * width)
                    continue;
                PairedDifference test = Test(given.Part, [.. given.Whole.Select(value => share * value)]);
                Assert.Equal(test.Low <= 0 && test.High >= 0, gap.Low <= share && share <= gap.High);
            }
        });

    [Fact]
    public void A_method_that_closes_the_same_share_in_every_seed_leaves_no_doubt()
    {
        GapClosed gap = GapClosed.Of([5, 5.5, 6.5], [10, 11, 13]);
        Assert.All([gap.Share, gap.Low, gap.High], value => Assert.Equal(0.5, value, 12));
    }

    [Fact]
    public void Only_seeds_that_have_all_three_count_whatever_else_was_run()
    {
        Comparison row = Row(("lth", [90, 91, 93]), ("naive", [80, 81, 82]), ("permuted", [84, 86.5, 87]));
        Comparison more = Row(("lth", [90, 91, 93, 50]), ("naive", [80, 81, 82, double.NegativeZero, 99]), ("permuted", [84, 86.5, 87]));
        Assert.Equal(row.Gap(), more.Gap());
        Assert.Equal(3, more.Gap().Count);
        Assert.Equal(GapStanding.NoSeed, row.Gap("snip").Standing);
    }

    [Fact]
    public void Without_a_gap_there_is_no_share_and_with_one_seed_no_interval()
    {
        Assert.Equal(GapStanding.NoGap, Row(("lth", [80, 81]), ("naive", [80, 81]), ("permuted", [84, 86])).Gap().Standing);
        // 117 times a gap of 0.01 is no finding.
        GapClosed noise = Row(("lth", [90.31, 89.69, 90.03]), ("naive", [90, 90, 90]), ("permuted", [91, 91.2, 91.31])).Gap();
        Assert.Equal((GapStanding.UncertainGap, true), (noise.Standing, double.IsNaN(noise.Share)));
        GapClosed one = Row(("lth", [90]), ("naive", [80]), ("permuted", [84])).Gap();
        Assert.Equal((GapStanding.OneSeed, 0.4, true), (one.Standing, one.Share, double.IsNaN(one.Low)));
    }

    [Fact]
    public void Over_several_rows_a_seed_counts_once()
    {
        Comparison[] rows =
        [
            Row(("lth", [90, 92, 91]), ("naive", [80, 80, 80]), ("permuted", [85, 85, 86])),
            Row(("lth", [80, 82, 83]), ("naive", [70, 71, 70]), ("permuted", [73, 77, 74])),
        ];
        GapClosed pooled = GapClosed.Of(rows, "permuted");
        Assert.Equal(GapClosed.Of([4, 5.5, 5], [10, 11.5, 12]), pooled);
        Assert.Equal(3, pooled.Count);
    }

    private static PairedDifference Test(double[] first, double[] second) => PairedDifference.Of(Seeds(first), Seeds(second));

    private static Dictionary<long, double> Seeds(double[] values) =>
        values.Select((value, seed) => (value, seed)).ToDictionary(pair => (long)pair.seed, pair => pair.value);

    private static Comparison Row(params (string Method, double[] Values)[] methods) =>
        new(
            "m",
            0.9,
            0.9,
            0,
            null,
            methods.ToDictionary(method => method.Method, method => (IReadOnlyDictionary<long, double>)Seeds(method.Values))
        );
}

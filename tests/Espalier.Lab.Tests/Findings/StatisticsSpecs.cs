using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Xunit;

namespace Espalier.Lab.Tests.Findings;

public class StatisticsSpecs
{
    private static readonly InterpolationCurve s_flat = new([
        new CurvePoint(0, 1, 10),
        new CurvePoint(0.5, 1, 10),
        new CurvePoint(1, 1, 10),
    ]);

    private static Dictionary<long, double> Seeds(params double[] values) =>
        values.Select((value, seed) => (value, seed)).ToDictionary(pair => (long)pair.seed, pair => pair.value);

    [Fact]
    public void A_paired_difference_has_the_interval_of_students_t()
    {
        // Differences 1, 2, 3, 4, 5: mean 3, std sqrt(2.5), t(0.975, 4) = 2.776445.
        PairedDifference d = PairedDifference.Of(Seeds(11, 22, 33, 44, 55), Seeds(10, 20, 30, 40, 50));
        Assert.Equal((3.0, 5), (d.Mean, d.Count));
        Assert.Equal(Math.Sqrt(2.5), d.Std, 12);
        double half = 2.7764451052 * Math.Sqrt(2.5) / Math.Sqrt(5);
        Assert.Equal(3 - half, d.Low, 8);
        Assert.Equal(3 + half, d.High, 8);
        Assert.True(d.IsPositive);
    }

    [Fact]
    public void Seeds_that_only_one_side_has_are_left_out()
    {
        PairedDifference d = PairedDifference.Of(Seeds(1, 2, 3), new Dictionary<long, double> { [1] = 1, [7] = 100 });
        Assert.Equal((1.0, 1), (d.Mean, d.Count));
        Assert.True(double.IsNaN(d.Low) && double.IsNaN(d.High) && double.IsNaN(d.Std));
        Assert.False(d.IsPositive || d.IsNegative);
    }

    [Fact]
    public void The_standard_deviation_divides_by_n_minus_1()
    {
        Assert.Equal(Math.Sqrt(2), MeanStd.Of([1, 3]).Std, 12);
        Assert.True(double.IsNaN(MeanStd.Of([1]).Std));
        Assert.True(double.IsNaN(MeanStd.Of([]).Mean));
    }

    [Fact]
    public void No_seed_can_count_twice()
    {
        var cell = new ResultCell("mlp", "lth", 0.9, 2, null, 0, 86, 0, 0.9, 0.9, 1, "x");
        var path = new BarrierResult(
            "mlp",
            0,
            "pruning-barrier",
            false,
            Correction.None,
            1,
            0.2,
            BarrierCurve.Of(s_flat),
            BarrierCurve.Of(s_flat)
        );
        var match = new MatchResult("mlp", 0, 10, []);
        RunResults results = new(new RunDescription("x", [], "", [], "", [], [], [], 1, [], 1, 1, []), [cell], [match], [], [], [], []);
        Assert.Single((results with { Cells = [cell] }).Cells);
        Assert.Throws<InvalidOperationException>(() => results with { Cells = [cell, cell with { TestAccuracyPercent = 87 }] });
        Assert.Throws<InvalidOperationException>(() => results with { Matches = [match, match] });
        Assert.Throws<InvalidOperationException>(() => new StudyResults([path, path with { Round = 2 }], [], []));
        Assert.Equal(2, new StudyResults([path, path with { Seed = 1 }], [], []).Barriers.Count);
    }

    [Fact]
    public void A_row_gathers_all_methods_of_a_point_and_of_no_other()
    {
        ResultCell Cell(string method, double sparsity, int? k, int? match, long seed, double accuracy) =>
            new("mlp", method, sparsity, k, match, seed, accuracy, 0, sparsity, sparsity, 1, "x");
        ResultCell[] cells =
        [
            Cell("dense", 0, null, null, 0, 99),
            Cell("imp", 0.9, null, null, 0, 88),
            Cell("dense", 0, 2, null, 0, 97),
            Cell("lth", 0.9, 2, null, 0, 86),
            Cell("naive", 0.9, 2, null, 0, 70),
            Cell("permuted", 0.9, 2, 10, 0, 82),
            Cell("permuted", 0.9, 2, 5, 0, 78),
            Cell("lth", 0.8, 2, null, 0, 1),
            Cell("lth", 0.9, 3, null, 0, 2),
        ];
        IReadOnlyList<Comparison> rows = Comparison.Of(cells);
        Assert.Equal(
            [(0.8, 2, null), (0.9, 2, 5), (0.9, 2, (int?)10), (0.9, 3, null)],
            rows.Select(row => (row.Sparsity, row.RewindEpoch, row.MatchEpoch))
        );
        Comparison at = rows[2];
        Assert.Equal(
            (86, 70, 82, 97, 88),
            (at.Mean("lth").Mean, at.Mean("naive").Mean, at.Mean("permuted").Mean, at.Mean("dense").Mean, at.Mean("imp").Mean)
        );
        Assert.Equal(0.75, at.Gap().Share);
        Assert.Equal(0.5, rows[1].Gap().Share);
        Assert.Equal(12, at.Difference("permuted", "naive").Mean);
        Assert.True(double.IsNaN(rows[0].Gap().Share));
    }
}

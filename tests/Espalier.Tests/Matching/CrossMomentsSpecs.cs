using Espalier.Matching;
using Espalier.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

/// <summary>What matching makes of activations: moments of pairs of units, and units that do not vary.</summary>
public class CrossMomentsSpecs
{
    [Fact]
    public void Moments_equal_a_float64_computation_whatever_the_batches_and_offsets()
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(3, "moments");
        const int Units = 5,
            Samples = 300;
        double[,] a = new double[Samples, Units],
            b = new double[Samples, Units];
        for (int n = 0; n < Samples; n++)
        for (int u = 0; u < Units; u++)
        {
            a[n, u] = (float)(1000 * u + random.NextNormal());
            b[n, u] = (float)(0.5 * a[n, (u + 1) % Units] - 300 + random.NextNormal());
        }
        var moments = new CrossMoments(Units);
        foreach ((int start, int end) in new[] { (0, 1), (1, 40), (40, 299), (299, 300) })
            moments.Add(Rows(a, start, end), Rows(b, start, end));
        for (int i = 0; i < Units; i++)
        for (int j = 0; j < Units; j++)
            Assert.Equal(Covariance(b, i, a, j), moments.Covariance(i, j), 2e-3);
        Assert.Equal(Covariance(a, 2, a, 2), moments.VarianceA(2), 2e-3);

        static Tensor Rows(double[,] x, int start, int end) => tensor(x).narrow(0, start, end - start).to(ScalarType.Float32);
        static double Covariance(double[,] x, int i, double[,] y, int j)
        {
            double meanX = Enumerable.Range(0, Samples).Average(n => x[n, i]),
                meanY = Enumerable.Range(0, Samples).Average(n => y[n, j]);
            return Enumerable.Range(0, Samples).Average(n => (x[n, i] - meanX) * (y[n, j] - meanY));
        }
    }

    [Fact]
    public void Dead_units_are_matched_to_dead_units_and_keep_their_place_where_both_are_dead()
    {
        using var scope = NewDisposeScope();
        Tensor a = randn(50, 6),
            b = a.clone();
        foreach (int dead in new[] { 1, 4 })
            a.select(1, dead).zero_();
        foreach (int dead in new[] { 0, 4 })
            b.select(1, dead).zero_();
        var moments = new CrossMoments(6);
        moments.Add(a, b);
        (int[] source, GroupMatch summary) = GroupAssignment.Solve([moments], new MatchingOptions(), "group");
        Assert.Equal((2, 2), (summary.DeadA, summary.DeadB));
        Assert.Equal(4, source[4]);
        Assert.Equal(1, source[0]);
        Assert.Equal([2, 3, 5], new[] { source[2], source[3], source[5] });
        Assert.Equal([0, 1, 2, 3, 4, 5], source.Order());
    }
}

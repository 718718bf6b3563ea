using Espalier.Matching;
using Espalier.Randomness;
using Espalier.Runtime;
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

    /// <summary>Batches were once combined on the host, number by number: what was found then is found now, to the bit.</summary>
    [Fact]
    public void Sums_kept_where_the_activations_are_have_the_bits_of_sums_kept_on_the_host()
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(4, "moments");
        const int units = 7;
        using var moments = new CrossMoments(units);
        double[] mean = new double[units],
            squares = new double[units];
        double[,] cross = new double[units, units];
        double[] meanOfB = new double[units];
        long seen = 0;
        foreach (int count in new[] { 1, 33, 100, 17 })
        {
            Tensor a = Drawn(count),
                b = Drawn(count);
            moments.Add(a, b);
            Tensor xa = a.Minus(a.mean(new long[] { 0 })),
                xb = b.Minus(b.mean(new long[] { 0 }));
            float[] product = xb.t().mm(xa).contiguous().data<float>().ToArray(),
                square = xa.mul(xa).sum(new long[] { 0 }).data<float>().ToArray();
            double[] deltaA = Deltas(a, mean),
                deltaB = Deltas(b, meanOfB);
            long total = seen + count;
            double weight = (double)seen * count / total;
            for (int i = 0; i < units; i++)
            {
                squares[i] += square[i] + weight * deltaA[i] * deltaA[i];
                double shift = weight * deltaB[i];
                for (int j = 0; j < units; j++)
                    cross[i, j] += product[i * units + j] + shift * deltaA[j];
            }
            for (int i = 0; i < units; i++)
            {
                mean[i] += deltaA[i] * count / total;
                meanOfB[i] += deltaB[i] * count / total;
            }
            seen = total;
        }
        Assert.Equal(mean, moments.MeanA);
        Assert.Equal(meanOfB, moments.MeanB);
        for (int i = 0; i < units; i++)
        {
            Assert.Equal(squares[i] / seen, moments.VarianceA(i));
            for (int j = 0; j < units; j++)
                Assert.Equal(cross[i, j] / seen, moments.Covariance(i, j));
        }

        Tensor Drawn(int count) =>
            tensor([.. Enumerable.Range(0, count * units).Select(_ => (float)random.NextNormal())]).view(count, units);
        static double[] Deltas(Tensor batch, double[] before) =>
            [.. batch.mean(new long[] { 0 }).data<float>().ToArray().Zip(before, (now, then) => now - then)];
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

using System.Numerics;
using Espalier.Randomness;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Espalier.Tests.Randomness;

/// <summary>Streams are distributed as they say. Every test is of fixed seeds: it passes always or never.</summary>
public sealed class DistributionSpecs
{
    /// <summary>A test of true random numbers exceeds its bound once in so many times.</summary>
    private const double Rarity = 1e-4;

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(97)]
    public void Whole_numbers_are_uniform(int bound)
    {
        var stream = new RandomStream(1, "whole");
        int[] counts = new int[bound];
        for (int i = 0; i < 1000 * bound; i++)
            counts[stream.NextInt(bound)]++;
        AssertUniform(counts);
    }

    [Fact]
    public void All_orders_are_equally_likely()
    {
        var stream = new RandomStream(2, "orders");
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 24_000; i++)
        {
            string order = string.Join(',', stream.NextOrder(4));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, counts.Count);
        AssertUniform(counts.Values);
    }

    [Fact]
    public void Every_bit_is_set_half_of_the_time()
    {
        var stream = new RandomStream(3, "bits");
        int[] set = new int[64];
        const int draws = 40_000;
        for (int i = 0; i < draws; i++)
        {
            ulong bits = stream.NextBits();
            for (int bit = 0; bit < 64; bit++)
                set[bit] += (int)(bits >> bit & 1);
        }
        double chi = set.Sum(count => Math.Pow(count - draws / 2.0, 2) / (draws / 4.0));
        Assert.InRange(chi, ChiSquared.InvCDF(64, Rarity), ChiSquared.InvCDF(64, 1 - Rarity));
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_their_distributions()
    {
        AssertDistributed("uniform", stream => stream.NextDouble());
        AssertDistributed("normal", stream => Normal.CDF(0, 1, stream.NextNormal()));
    }

    [Theory]
    [InlineData("A.data", 0, "A.data", 1)]
    [InlineData("A.data", 0, "B.data", 0)]
    [InlineData("A.init", 0, "A.data", 0)]
    public void Streams_of_another_name_or_index_are_independent(string first, long firstIndex, string second, long secondIndex)
    {
        RandomStream x = new(0, first, firstIndex),
            y = new(0, second, secondIndex);
        const int draws = 20_000;
        int equal = Enumerable.Range(0, draws).Sum(_ => BitOperations.PopCount(~(x.NextBits() ^ y.NextBits())));
        Assert.Equal(0, (equal - 32.0 * draws) / Math.Sqrt(16.0 * draws), Normal.InvCDF(0, 1, 1 - Rarity / 2));
    }

    /// <summary>Pearson's test against equal shares; too even is as suspicious as too uneven.</summary>
    private static void AssertUniform(IReadOnlyCollection<int> counts)
    {
        double expected = (double)counts.Sum() / counts.Count,
            chi = counts.Sum(count => Math.Pow(count - expected, 2) / expected);
        Assert.InRange(chi, ChiSquared.InvCDF(counts.Count - 1, Rarity), ChiSquared.InvCDF(counts.Count - 1, 1 - Rarity));
    }

    /// <summary>
    /// Kolmogorov's test that numbers are uniform in [0, 1]: √n times the largest distance of the two distribution functions.
    /// </summary>
    private static void AssertDistributed(string name, Func<RandomStream, double> draw)
    {
        var stream = new RandomStream(4, name);
        double[] drawn = [.. Enumerable.Range(0, 50_000).Select(_ => draw(stream)).Order()];
        double distance = drawn.Select((value, i) => Math.Max(value - (double)i / drawn.Length, (i + 1.0) / drawn.Length - value)).Max();
        Assert.InRange(Math.Sqrt(drawn.Length) * distance, 0.3, Math.Sqrt(Math.Log(2 / Rarity) / 2));
    }
}

using Espalier.Randomness;
using Xunit;

namespace Espalier.Tests.Randomness;

/// <summary>
/// The expected numbers were computed by another program from the description of the streams (tests/interop/oracle/streams.py).
/// </summary>
public sealed class RandomStreamSpecs
{
    [Theory]
    [InlineData(0, "A.init", 0, 0xa9468af84362c947, 0xbdc5ae9c44ddd47c, 0xc8507754b08c7034)]
    [InlineData(0, "B.init", 0, 0xdf6dab85d67f77aa, 0xe17d5f4f073a3243, 0x15cc68ca1dbae666)]
    [InlineData(7, "sparse.data", 3, 0x88907964e6a3266c, 0xbd1f4c6436bd4c68, 0x17b198aaf8c957c8)]
    [InlineData(-1, "", -2, 0xced1d9ef0b6d42a2, 0xecb58aa21ab6bc67, 0xc60bac4461fb735)]
    [InlineData(long.MaxValue, "π", 1, 0xf3913b8705d11e3a, 0x9407e857238cd20, 0x1a7ea7ba6a1c52c7)]
    public void A_stream_begins_with_the_bits_of_its_seed_name_and_index(
        long seed,
        string name,
        long index,
        ulong first,
        ulong second,
        ulong third
    )
    {
        var stream = new RandomStream(seed, name, index);
        Assert.Equal([first, second, third], [stream.NextBits(), stream.NextBits(), stream.NextBits()]);
    }

    [Fact]
    public void Numbers_in_a_range_follow_from_the_bits()
    {
        RandomStream uniform = Some(),
            bounded = Some(),
            order = Some();
        Assert.Equal(
            [0.6612326484786407, 0.7412976390377175, 0.7824778157960723],
            [uniform.NextDouble(), uniform.NextDouble(), uniform.NextDouble()]
        );
        Assert.Equal([0, 1, 4, 8, 693, 840228431], new[] { 1, 2, 6, 10, 1000, int.MaxValue }.Select(bounded.NextInt));
        Assert.Equal([6, 1, 5, 9, 8, 2, 0, 3, 7, 4], order.NextOrder(10));
    }

    [Fact]
    public void Normal_numbers_follow_from_the_bits()
    {
        RandomStream normal = Some();
        // Logarithm and cosine may differ in the last place from one system to another.
        foreach (double expected in new[] { -0.08041143038656998, 1.2681936403950498, -1.1929296865554688 })
            Assert.Equal(expected, normal.NextNormal(), 1e-14);
    }

    [Fact]
    public void Nothing_can_be_drawn_below_a_bound_of_zero() => Assert.Throws<ArgumentOutOfRangeException>(() => Some().NextInt(0));

    private static RandomStream Some() => new(0, "A.init");
}

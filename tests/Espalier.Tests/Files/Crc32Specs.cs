using Espalier.Files;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class Crc32Specs
{
    [Fact]
    public void It_is_the_published_checksum() => Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));

    [Fact]
    public void Every_length_and_every_cut_give_what_one_bit_after_the_other_gives()
    {
        var random = new RandomStream(0, "crc");
        byte[] bytes = new byte[700];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)random.NextInt(256);
        for (int length = 0; length < bytes.Length; length++)
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(0, length);
            int cut = random.NextInt(length + 1);
            uint expected = BitByBit(part);
            Assert.Equal(expected, Crc32.Of(part));
            Assert.Equal(expected, Crc32.Append(Crc32.Of(part[..cut]), part[cut..]));
            Assert.Equal(expected, ~Crc32.ByTables(uint.MaxValue, part));
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (((crc ^ (uint)(value >> bit)) & 1) * 0xEDB88320);
        return ~crc;
    }
}

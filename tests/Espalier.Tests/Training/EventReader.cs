using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace Espalier.Tests.Training;

/// <summary>Reads TensorBoard's event files, written from the format's description and sharing no code with the writer.</summary>
internal static class EventReader
{
    public static List<(double Time, long Step, Dictionary<string, float> Scalars)> Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        List<(double, long, Dictionary<string, float>)> events = [];
        for (bool first = true; rest.Length > 0; first = false)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Assert.Equal(Masked(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            ReadOnlySpan<byte> content = rest.Slice(12, length);
            Assert.Equal(Masked(content), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            rest = rest[(16 + length)..];
            var fields = Fields(content);
            if (first)
                Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])fields.Single(f => f.Number == 3).Value));
            else
                events.Add(
                    (
                        (double)fields.Single(f => f.Number == 1).Value,
                        (long)fields.Single(f => f.Number == 2).Value,
                        Scalars((byte[])fields.Single(f => f.Number == 5).Value)
                    )
                );
        }
        return events;
    }

    /// <summary>Bit by bit: x³² + … as Castagnoli has it, reflected.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Dictionary<string, float> Scalars(byte[] summary) =>
        Fields(summary)
            .Select(value => Fields((byte[])value.Value))
            .ToDictionary(
                value => Encoding.UTF8.GetString((byte[])value.Single(f => f.Number == 1).Value),
                value => (float)value.Single(f => f.Number == 2).Value
            );

    private static List<(int Number, object Value)> Fields(ReadOnlySpan<byte> bytes)
    {
        List<(int, object)> fields = [];
        while (bytes.Length > 0)
        {
            long key = Varint(ref bytes);
            int size = (key & 7) switch
            {
                1 => 8,
                5 => 4,
                2 => (int)Varint(ref bytes),
                _ => 0,
            };
            ReadOnlySpan<byte> content = bytes[..size];
            bytes = bytes[size..];
            fields.Add(
                (
                    (int)(key >> 3),
                    (key & 7) switch
                    {
                        0 => Varint(ref bytes),
                        1 => BinaryPrimitives.ReadDoubleLittleEndian(content),
                        5 => BinaryPrimitives.ReadSingleLittleEndian(content),
                        _ => content.ToArray(),
                    }
                )
            );
        }
        return fields;
    }

    private static long Varint(ref ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[0];
            bytes = bytes[1..];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}

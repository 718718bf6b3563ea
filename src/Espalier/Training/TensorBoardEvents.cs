using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Espalier.Training;

/// <summary>
/// Writes metrics in TensorBoard's format: records of a length, the length's checksum, a protocol buffer of type Event, and its checksum.
/// Only the fields that scalars need are written.
/// </summary>
/// <remarks>The time of an epoch is the sum of the seconds trained until then, so that the same metrics give the same file.</remarks>
internal static class TensorBoardEvents
{
    // Fields of Event, Summary and Summary.Value with their wire types: number << 3 | (0 varint, 1 64 bits, 2 bytes, 5 32 bits).
    private const byte EventWallTime = 1 << 3 | 1,
        EventStep = 2 << 3,
        EventFileVersion = 3 << 3 | 2,
        EventSummary = 5 << 3 | 2;
    private const byte SummaryValue = 1 << 3 | 2,
        ValueTag = 1 << 3 | 2,
        ValueNumber = 2 << 3 | 5;

    /// <summary>Writes a whole file.</summary>
    public static void Write(Stream stream, IEnumerable<EpochMetrics> metrics)
    {
        byte[] version = [.. Double(EventWallTime, 0), .. Bytes(EventFileVersion, "brain.Event:2"u8)];
        WriteRecord(stream, version);
        double seconds = 0;
        foreach (EpochMetrics epoch in metrics)
            WriteRecord(stream, Event(epoch, seconds += epoch.Seconds));
    }

    private static byte[] Event(EpochMetrics epoch, double seconds)
    {
        byte[] summary =
        [
            .. Scalar("train_loss", epoch.TrainLoss),
            .. Scalar("train_accuracy", epoch.TrainAccuracyPercent),
            .. Scalar("test_loss", epoch.TestLoss),
            .. Scalar("test_accuracy", epoch.TestAccuracyPercent),
            .. Scalar("test_top5_accuracy", epoch.TestTop5AccuracyPercent),
            .. Scalar("ema_test_loss", epoch.EmaTestLoss),
            .. Scalar("ema_test_accuracy", epoch.EmaTestAccuracyPercent),
            .. Scalar("learning_rate", epoch.LearningRate),
        ];
        return [.. Double(EventWallTime, seconds), EventStep, .. Varint((ulong)epoch.Epoch), .. Bytes(EventSummary, summary)];
    }

    private static byte[] Scalar(string tag, double? value)
    {
        if (value is not { } number)
            return [];
        byte[] bits = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bits, (float)number);
        return Bytes(SummaryValue, [.. Bytes(ValueTag, Encoding.ASCII.GetBytes(tag)), ValueNumber, .. bits]);
    }

    private static byte[] Double(byte key, double value)
    {
        byte[] bytes = new byte[1 + sizeof(double)];
        bytes[0] = key;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(1), value);
        return bytes;
    }

    private static byte[] Bytes(byte key, ReadOnlySpan<byte> content) => [key, .. Varint((ulong)content.Length), .. content];

    private static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }

    private static void WriteRecord(Stream stream, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)],
            checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)content.Length);
        stream.Write(length);
        WriteChecksum(length, checksum);
        stream.Write(checksum);
        stream.Write(content);
        WriteChecksum(content, checksum);
        stream.Write(checksum);
    }

    /// <summary>CRC-32C, rotated and shifted by a constant as the format has it.</summary>
    private static void WriteChecksum(ReadOnlySpan<byte> content, Span<byte> target)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in content)
            crc = BitOperations.Crc32C(crc, value);
        BinaryPrimitives.WriteUInt32LittleEndian(target, BitOperations.RotateRight(~crc, 15) + 0xa282ead8);
    }
}

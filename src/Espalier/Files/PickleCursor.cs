using System.Buffers.Binary;
using System.Text;

namespace Espalier.Files;

/// <summary>Reads the arguments of pickle opcodes; never beyond the end.</summary>
internal sealed class PickleCursor(PickleBytes bytes, string path, int start = 0)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private int _position = start;

    public int Position => _position;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public string Text(ulong length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException fault)
        {
            throw new InputException($"'{path}' is damaged: its pickle holds text that is not UTF-8 before byte {_position}.", fault);
        }
    }

    /// <summary>A text line, without its end.</summary>
    public string Line()
    {
        int from = _position,
            end;
        while ((end = bytes[from..bytes.Count].IndexOf((byte)'\n')) < 0)
        {
            from = bytes.Count;
            if (!bytes.Hold(from + 1L))
                throw CutOff();
        }
        string line = Text((ulong)(from + end - _position));
        _position++;
        return line;
    }

    public void Skip(ulong length) => Take(length);

    /// <summary>A little-endian two's complement integer; null if it needs more than 64 bits.</summary>
    public long? Integer(ulong length)
    {
        ReadOnlySpan<byte> digits = Take(length);
        if (length > 8)
            return null;
        long value = 0;
        for (int i = digits.Length - 1; i >= 0; i--)
            value = (value << 8) | digits[i];
        int unused = 64 - 8 * digits.Length;
        return digits.IsEmpty ? 0 : value << unused >> unused;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - _position) || !bytes.Hold(_position + (long)length))
            throw CutOff();
        ReadOnlySpan<byte> taken = bytes[_position..(_position + (int)length)];
        _position += (int)length;
        return taken;
    }

    private InputException CutOff() => new($"'{path}' is damaged: its pickle ends in the middle, at byte {bytes.Length}.");
}

using System.Buffers.Binary;
using System.Text;
using Espalier.Files;

namespace Espalier.Onnx.Format;

/// <summary>How a field of a message is written (protocol buffers' encoding).</summary>
internal enum WireType
{
    Varint = 0,
    Eight = 1,
    Bytes = 2,
    Four = 5,
}

/// <summary>
/// Reads the fields of one message of protocol buffers, in their order. What has a length is a slice of the file: nothing is copied, and no
/// claim of a length makes memory.
/// </summary>
/// <param name="message">The message.</param>
/// <param name="file">What it is read from.</param>
internal sealed class WireReader(ReadOnlyMemory<byte> message, ModelFile file)
{
    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private int _at;

    /// <summary>Number of the field whose content comes next.</summary>
    public int Field { get; private set; }

    /// <summary>How it is written.</summary>
    public WireType Type { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_at == message.Length)
            return false;
        ulong tag = RawVarint();
        (Field, Type) = ((int)Math.Min(tag >> 3, int.MaxValue), (WireType)(tag & 7));
        if (Field is 0 or int.MaxValue || !Enum.IsDefined(Type))
            throw file.Damaged($"a field is numbered {tag >> 3} with encoding {tag & 7}");
        return true;
    }

    /// <summary>A whole number.</summary>
    public long Varint()
    {
        Expect(WireType.Varint);
        return (long)RawVarint();
    }

    /// <summary>The bytes of one whole number, as they are.</summary>
    public ReadOnlyMemory<byte> VarintBytes()
    {
        Expect(WireType.Varint);
        int from = _at;
        RawVarint();
        return message[from.._at];
    }

    /// <summary>Four or eight bytes, as they are.</summary>
    public ReadOnlyMemory<byte> Fixed()
    {
        if (Type is not (WireType.Four or WireType.Eight))
            Expect(WireType.Four);
        return Take(Type == WireType.Four ? 4 : 8);
    }

    /// <summary>A number of 32 bits.</summary>
    public float Single()
    {
        Expect(WireType.Four);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4).Span);
    }

    /// <summary>A slice: bytes, a packed list or a message.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        Expect(WireType.Bytes);
        ulong length = RawVarint();
        if (length > (ulong)(message.Length - _at))
            throw file.Damaged($"a part of {length} bytes is where {message.Length - _at} are left");
        return Take((int)length);
    }

    /// <summary>A message in this one.</summary>
    public WireReader Message()
    {
        file.Count();
        return new(Bytes(), file);
    }

    /// <summary>A text.</summary>
    public string Text()
    {
        file.Count();
        ReadOnlyMemory<byte> bytes = Bytes();
        try
        {
            return s_text.GetString(bytes.Span);
        }
        catch (DecoderFallbackException fault)
        {
            throw file.Damaged("a text in it is no UTF-8", fault);
        }
    }

    /// <summary>Passes over a field.</summary>
    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                RawVarint();
                break;
            case WireType.Bytes:
                Bytes();
                break;
            default:
                Fixed();
                break;
        }
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count > message.Length - _at)
            throw file.Damaged("it ends within a number");
        _at += count;
        return message.Slice(_at - count, count);
    }

    private ulong RawVarint()
    {
        ReadOnlySpan<byte> bytes = message.Span;
        ulong value = 0;
        for (int shift = 0; shift < 70 && _at < bytes.Length; shift += 7)
        {
            byte next = bytes[_at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
        throw file.Damaged(_at == bytes.Length ? "it ends within a number" : "a number has more than 64 bits");
    }

    private void Expect(WireType type)
    {
        if (Type != type)
            throw file.Damaged($"field {Field} has encoding {(int)Type}; expected {(int)type}");
    }
}

using System.Buffers;
using System.Buffers.Binary;
using Espalier.Files;

namespace Espalier.Onnx.Format;

/// <summary>An array of a model (TensorProto), its numbers as the file has them: decoded when they are asked for.</summary>
/// <param name="file">What it is read from.</param>
internal sealed class OnnxTensor(ModelFile file)
{
    private ArrayBufferWriter<byte>? _joined;

    /// <summary>Its name; may be empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>Type of its elements, as the format numbers them.</summary>
    public int Type { get; set; }

    /// <summary>Length of each axis.</summary>
    public List<long> Dims { get; } = [];

    /// <summary>Its numbers: bytes of elements, or <see cref="IsVarint"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Whether the numbers are of varying length, one after another, and not as wide as the type.</summary>
    public bool IsVarint { get; private set; }

    /// <summary>What is said of where they lie in another file, by its keys; empty if they do not.</summary>
    public Dictionary<string, string> External { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether they lie in another file.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Number of elements.</summary>
    public int Count { get; private set; }

    /// <summary>Adds numbers; a list that is not packed comes number by number.</summary>
    public void Add(ReadOnlyMemory<byte> part, bool varint)
    {
        IsVarint |= varint;
        if (Data.IsEmpty && _joined is null)
        {
            Data = part;
            return;
        }
        if (_joined is null)
        {
            _joined = new ArrayBufferWriter<byte>();
            _joined.Write(Data.Span);
        }
        _joined.Write(part.Span);
        Data = _joined.WrittenMemory;
    }

    /// <summary>Holds the numbers against what is claimed of them, and takes them from their file if they lie in another.</summary>
    /// <exception cref="InputException">They are not as many as its shape has, or of a type that no array here has.</exception>
    public OnnxTensor Checked()
    {
        int size = ElementTypes.Size(Type);
        if (size == 0)
            throw Refuse($"has elements of type {Type}; expected numbers");
        Int128 count = 1;
        foreach (long length in Dims)
            if (length < 0 || (count *= length) > Array.MaxLength)
                throw Refuse($"claims the shape [{string.Join(",", Dims.Take(8))}]");
        if (Dims.Count > 16)
            throw Refuse($"has {Dims.Count} axes");
        Count = (int)count;
        if (IsExternal)
            Data = ExternalData.Read(file, this, count * size);
        if (IsVarint && (size == 8 ? Type == ElementTypes.Double : Type == ElementTypes.Float))
            throw Refuse("has whole numbers where its type demands others");
        long found = !IsVarint ? Data.Length : Terminators() * size;
        if (found != count * size)
            throw Refuse($"has {found / size} numbers in the file, but the shape [{string.Join(",", Dims)}], which has {count}");
        return this;
    }

    /// <summary>Its elements as numbers of 64 bits, or whole ones.</summary>
    public double Double(int i) =>
        Type switch
        {
            ElementTypes.Float => BinaryPrimitives.ReadSingleLittleEndian(Data.Span[(4 * i)..]),
            ElementTypes.Double => BinaryPrimitives.ReadDoubleLittleEndian(Data.Span[(8 * i)..]),
            ElementTypes.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(Data.Span[(2 * i)..]),
            ElementTypes.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(Data.Span[(2 * i)..]) << 16),
            _ => Long(i),
        };

    /// <summary>A whole element.</summary>
    public long Long(int i) =>
        Type switch
        {
            ElementTypes.Int64 or ElementTypes.UInt64 => BinaryPrimitives.ReadInt64LittleEndian(Data.Span[(8 * i)..]),
            ElementTypes.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Data.Span[(4 * i)..]),
            ElementTypes.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(Data.Span[(4 * i)..]),
            ElementTypes.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Data.Span[(2 * i)..]),
            ElementTypes.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(Data.Span[(2 * i)..]),
            ElementTypes.Int8 => (sbyte)Data.Span[i],
            _ => Data.Span[i],
        };

    /// <summary>Numbers of varying length, made as wide as the type: of as many bytes as the file has, at most eight times.</summary>
    public OnnxTensor Widened()
    {
        if (!IsVarint)
            return this;
        int size = ElementTypes.Size(Type);
        file.Make((long)Count * size);
        byte[] wide = new byte[Count * size];
        Span<byte> word = stackalloc byte[8];
        ReadOnlySpan<byte> from = Data.Span;
        for (int i = 0, at = 0; i < Count; i++)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = from[at++];
                value |= shift < 64 ? (ulong)(next & 127) << shift : 0;
                if (next < 128)
                    break;
            }
            BinaryPrimitives.WriteUInt64LittleEndian(word, value);
            word[..size].CopyTo(wide.AsSpan(i * size));
        }
        (Data, IsVarint) = (wide, false);
        return this;
    }

    /// <summary>What is said of it.</summary>
    public InputException Refuse(string what) => new($"'{file.Path}': array '{FileFaults.Shorten(Name)}' {what}.");

    private long Terminators()
    {
        if (!Data.IsEmpty && Data.Span[^1] >= 128)
            throw Refuse("ends within a number");
        long count = 0;
        foreach (byte next in Data.Span)
            count += next < 128 ? 1 : 0;
        return count;
    }
}

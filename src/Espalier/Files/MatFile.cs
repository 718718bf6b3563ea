using System.Buffers.Binary;
using System.IO.Compression;

namespace Espalier.Files;

/// <summary>
/// Reads arrays of numbers from a MATLAB file of version 5 (as MATLAB 5 to 7.2 and scipy.io.savemat write), compressed or not.
/// </summary>
/// <remarks>
/// MATLAB keeps the first axis together: what it calls [32, 32, 3, N] lies as [N, 3, 32, 32] row by row, and is given so.
/// </remarks>
internal static class MatFile
{
    private const int HeaderLength = 128,
        Matrix = 14,
        Compressed = 15;

    // By the number of an element's type, and of an array's class.
    private static readonly Dictionary<uint, TensorType> s_types = new()
    {
        [1] = TensorType.Int8,
        [2] = TensorType.UInt8,
        [3] = TensorType.Int16,
        [5] = TensorType.Int32,
        [7] = TensorType.Float32,
        [9] = TensorType.Float64,
        [12] = TensorType.Int64,
    };

    /// <summary>Reads all arrays whose elements are kept as numbers of a known type; others are passed over.</summary>
    /// <exception cref="InputException">The file is absent, damaged, or of another kind.</exception>
    public static TensorFile Read(string path)
    {
        using FileStream stream = FileFaults.Open(path);
        return Read(stream, path);
    }

    /// <summary>The same of a stream that can seek.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InputException">It is damaged or of another kind.</exception>
    public static TensorFile Read(Stream stream, string path)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (ReadOnlyMemory<byte> matrix in Matrices(stream, path))
            if (Numbers(matrix, path) is { } tensor && !tensors.TryAdd(tensor.Name, tensor))
                throw Fault(path, $"it holds '{FileFaults.Shorten(tensor.Name)}' twice");
        return new TensorFile(path, tensors.Values);
    }

    /// <summary>Reads an array of structures: of each, the texts and single numbers among its fields, as texts.</summary>
    /// <exception cref="InputException">The file is absent, damaged, of another kind, or has no such array.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> ReadStructures(string path, string name)
    {
        using FileStream stream = FileFaults.Open(path);
        foreach (ReadOnlyMemory<byte> matrix in Matrices(stream, path))
            if (MatStructures.Read(matrix, name, path) is { } found)
                return found;
        throw new InputException($"'{path}' has no array of structures called '{name}'.");
    }

    private static List<ReadOnlyMemory<byte>> Matrices(Stream stream, string path)
    {
        try
        {
            if (stream.Length > Array.MaxLength)
                throw new InputException($"'{path}' has {stream.Length} bytes; at most {Array.MaxLength} were expected.");
            byte[] file = new byte[stream.Length];
            stream.Position = 0;
            stream.ReadExactly(file);
            if (file.Length < HeaderLength || !file.AsSpan(124).StartsWith((ReadOnlySpan<byte>)[0, 1, (byte)'I', (byte)'M']))
                throw new InputException($"'{path}' is no MATLAB file of version 5 in little-endian order.");
            long left = Unfolding.Most(file.Length);
            var matrices = new List<ReadOnlyMemory<byte>>();
            for (int at = HeaderLength; at < file.Length; )
            {
                (uint type, ReadOnlyMemory<byte> content, at) = Next(file, at, path);
                if (type == Compressed)
                    (type, content, _) = Next(Inflated(content, ref left, path), 0, path);
                if (type == Matrix)
                    matrices.Add(content);
            }
            return matrices;
        }
        catch (InvalidDataException fault)
        {
            throw new InputException($"'{path}' is damaged: a compressed part of it cannot be read.", fault);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(path, fault);
        }
    }

    /// <summary>An element: a tag of type and length, in eight bytes or, of at most four bytes of content, in four.</summary>
    internal static (uint Type, ReadOnlyMemory<byte> Content, int End) Next(ReadOnlyMemory<byte> bytes, int at, string path)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length - at < 8)
            throw Fault(path, "an element is cut off");
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(span[at..]);
        bool isSmall = first >> 16 != 0;
        uint type = isSmall ? first & 0xffff : first,
            length = isSmall ? first >> 16 : BinaryPrimitives.ReadUInt32LittleEndian(span[(at + 4)..]);
        int begin = at + (isSmall ? 4 : 8);
        if (length > span.Length - begin || (isSmall && length > 4))
            throw Fault(path, $"an element of {length} bytes is cut off");
        long end = isSmall ? at + 8 : begin + (long)length;
        // Everything but what is compressed is filled up to eight bytes.
        if (!isSmall && type != Compressed)
            end = Math.Min(span.Length, begin + (((long)length + 7) & ~7L));
        return (type, bytes.Slice(begin, (int)length), (int)end);
    }

    /// <summary>The array in an element; null of structures, texts and whatever else is no array of numbers.</summary>
    private static StoredTensor? Numbers(ReadOnlyMemory<byte> element, string path)
    {
        var head = MatHeader.Of(element, path);
        if (!head.IsNumeric || head.IsComplex)
            return null;
        (uint kind, ReadOnlyMemory<byte> numbers, _) = Next(element, head.End, path);
        if (!s_types.TryGetValue(kind, out TensorType found))
            return null;
        long[] axes =
            head.ShapeType == 5 && head.Shape.Length % 4 == 0
                ? [.. LittleEndian.Values<int>(head.Shape.Span).Reverse().Select(length => (long)length)]
                : throw Fault(path, $"'{FileFaults.Shorten(head.Name)}' does not say its shape");
        return found.TryCountBytes(axes, out long size) && size == numbers.Length
            ? StoredTensor.Create(head.Name, found, axes, numbers)
            : throw Fault(path, $"'{FileFaults.Shorten(head.Name)}' has {numbers.Length} bytes, which do not fit its shape");
    }

    private static byte[] Inflated(ReadOnlyMemory<byte> content, ref long left, string path)
    {
        // How long it is, is counted before memory is set aside.
        byte[] packed = content.ToArray(),
            buffer = new byte[64 << 10];
        long length = 0;
        using (var counted = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress))
            for (int read; length <= left && (read = counted.Read(buffer)) > 0; )
                length += read;
        if (length > Math.Min(left, Array.MaxLength))
            throw new InputException($"'{path}' unfolds to more than {Math.Min(left, Array.MaxLength)} bytes.");
        left -= length;
        byte[] bytes = new byte[length];
        using var unfolded = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        unfolded.ReadExactly(bytes);
        return bytes;
    }

    internal static InputException Fault(string path, string what) => new($"'{path}' is damaged: {what}.");
}

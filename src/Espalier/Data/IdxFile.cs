using System.Buffers.Binary;

namespace Espalier.Data;

/// <summary>
/// One file in the IDX format of MNIST: 0, 0, 8 (bytes), the number of dimensions, each dimension as a big-endian int32, then the bytes.
/// </summary>
internal sealed class IdxFile
{
    private readonly Stream _stream;
    private readonly string _path;

    /// <summary>Reads the header.</summary>
    public IdxFile(Stream stream, string path, int rank)
    {
        (_stream, _path) = (stream, path);
        using Stream content = GzipGuard.Open(stream);
        Span<byte> header = stackalloc byte[4 + 4 * rank];
        int read = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length)
            throw new InputException($"'{path}' ends after {read} bytes; an IDX header of {header.Length} bytes was expected.");
        if (header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != rank)
            throw new InputException(
                $"'{path}' starts with {Convert.ToHexString(header[..4])}; an IDX file of bytes with {rank} dimensions starts "
                    + $"with 000008{rank:X2}."
            );
        Dimensions = new int[rank];
        Int128 size = 1;
        for (int d = 0; d < rank; d++)
        {
            Dimensions[d] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + 4 * d)..]);
            if (Dimensions[d] < 1)
                throw new InputException($"'{path}' says that dimension {d} is {Dimensions[d]}; at least 1 was expected.");
            size *= Dimensions[d];
        }
        if (size > Array.MaxLength)
            throw new InputException($"'{path}' says that it holds {size} bytes; at most {Array.MaxLength} can be read.");
        Size = (int)size;
    }

    /// <summary>Sizes, the number of items first.</summary>
    public int[] Dimensions { get; }

    /// <summary>Bytes that the header promises.</summary>
    public int Size { get; }

    /// <summary>Reads the bytes after the header, once it is certain that there are exactly as many as promised.</summary>
    public byte[] ReadBytes()
    {
        int header = 4 + 4 * Dimensions.Length;
        long found = GzipGuard.IsGzip(_stream) ? Count(header) : _stream.Length - header;
        if (found != Size)
            throw new InputException(
                $"'{_path}' holds {(found > Size ? "more than " : "")}{Math.Min(found, Size)} bytes after its header, "
                    + $"which promises {string.Join('x', Dimensions)} = {Size}."
            );
        using Stream content = GzipGuard.Open(_stream);
        GzipGuard.Skip(content, header);
        byte[] bytes = new byte[Size];
        content.ReadExactly(bytes);
        return bytes;
    }

    private long Count(int header)
    {
        using Stream content = GzipGuard.Open(_stream);
        return GzipGuard.Skip(content, header + Size + 1L) - header;
    }
}

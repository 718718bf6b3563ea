using System.Buffers.Binary;

namespace Espalier.Files;

/// <summary>
/// Reads and writes safetensors files: an 8-byte little-endian header length, a JSON header with type, shape and place of each tensor,
/// then the data without holes. The same content gives the same bytes.
/// </summary>
public static class Safetensors
{
    internal const int LongestHeader = 100_000_000;

    /// <summary>Writes a file as a whole or not at all.</summary>
    /// <param name="path">The file; an earlier one is replaced.</param>
    /// <param name="tensors">The tensors, each name once; their order is kept in the header.</param>
    /// <param name="metadata">Text beside them; written in ordinal order of the keys.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one is called <c>__metadata__</c>.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] list = tensors.ToArray();
        AtomicFile.Write(path, stream => Write(stream, list, metadata));
    }

    /// <summary>Writes the format to a stream, which is left open.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{StoredTensor}, IReadOnlyDictionary{string, string})"/>
    public static void Write(Stream stream, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] list = tensors.ToArray();
        // Wide elements first: with the header padded to 8 bytes, every tensor then begins at a multiple of its element's size.
        StoredTensor[] placed = list.OrderByDescending(tensor => tensor.Type.Size()).ToArray();
        byte[] header = SafetensorsHeader.Write(list, placed, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (StoredTensor tensor in placed)
            stream.Write(tensor.Bytes.Span);
    }

    /// <summary>Reads a file and checks every claim its header makes.</summary>
    /// <exception cref="InputException">The file is absent, unreadable, damaged, or holds a type that is not known here.</exception>
    public static TensorFile Read(string path)
    {
        using FileStream stream = FileFaults.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads from a stream that can seek, from its beginning to its end; it is left open.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InputException">The content is damaged, or holds a type that is not known here.</exception>
    public static TensorFile Read(Stream stream, string path) => Open(stream, path).Loaded();

    /// <summary>Reads the header alone; the tensors are read from the stream when they are asked for.</summary>
    internal static TensorFile Open(Stream stream, string path)
    {
        try
        {
            stream.Position = 0;
            long size = stream.Length;
            if (size < 8)
                throw new InputException($"'{path}' is not a safetensors file: it has {size} bytes, at least 8 were expected.");
            Span<byte> prefix = stackalloc byte[8];
            stream.ReadExactly(prefix);
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (length > LongestHeader)
                throw new InputException(
                    $"'{path}' is not a safetensors file: it claims a header of {length} bytes, the limit is {LongestHeader}."
                );
            if ((long)length > size - 8)
                throw new InputException($"'{path}' is cut off: its header should have {length} bytes, the file has {size}.");
            byte[] header = new byte[length];
            stream.ReadExactly(header);
            SafetensorsHeader parsed = SafetensorsHeader.Parse(header, path);
            parsed.CheckPlaces(size - 8 - (long)length, path);
            StoredTensor[] tensors = new StoredTensor[parsed.Entries.Count];
            for (int i = 0; i < tensors.Length; i++)
            {
                SafetensorsEntry entry = parsed.Entries[i];
                long begin = 8 + (long)length + entry.Begin;
                TensorContent content = StreamContent.At(stream, path, begin, (int)(entry.End - entry.Begin));
                tensors[i] = StoredTensor.Of(entry.Name, entry.Type, entry.Shape, content);
            }
            return new TensorFile(path, tensors, parsed.Metadata);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Reading(path, fault);
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>The safetensors format: eight bytes of header length, a JSON header, and the tensors' bytes one after the other.</summary>
public static class Safetensors
{
    private const int LargestHeader = 100_000_000;

    /// <summary>Writes tensors; the same content gives the same bytes.</summary>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] all = [.. tensors];
        byte[] header = Header(all, metadata ?? new Dictionary<string, string>());
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(length);
            stream.Write(header);
            foreach (StoredTensor tensor in all) stream.Write(tensor.Bytes.Span);
        });
    }

    /// <summary>Reads a file and checks all of it: header, names, types, and that the tensors fill the file without holes or overlaps.</summary>
    /// <exception cref="InputException">It is missing, truncated or damaged; the message says how.</exception>
    public static TensorFile Read(string path)
    {
        byte[] file = ReadAll(path);
        if (file.Length < 8) throw Damaged(path, $"it has {file.Length} bytes; expected at least 8");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (headerLength > LargestHeader || headerLength > (ulong)file.Length - 8) throw Damaged(path, $"its header would have {headerLength} bytes, the file has {file.Length}");
        ReadOnlyMemory<byte> data = file.AsMemory(8 + (int)headerLength);
        try
        {
            using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, (int)headerLength), new JsonDocumentOptions { MaxDepth = 8 });
            return Parse(path, header.RootElement, data);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new InputException($"{path} is damaged: its header is no valid description of tensors ({fault.Message})", fault);
        }
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    private static byte[] Header(StoredTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long at = 0;
            foreach (StoredTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.SafetensorsName());
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static TensorFile Parse(string path, JsonElement header, ReadOnlyMemory<byte> data)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var tensors = new List<(long Start, StoredTensor Tensor)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty entry in header.EnumerateObject())
        {
            if (!names.Add(entry.Name)) throw Damaged(path, $"'{entry.Name}' occurs twice");
            if (entry.Name == "__metadata__")
                foreach (JsonProperty pair in entry.Value.EnumerateObject()) metadata[pair.Name] = pair.Value.GetString() ?? throw Damaged(path, $"metadata '{pair.Name}' is no text");
            else tensors.Add(ParseTensor(path, entry, data));
        }
        long end = 0;
        foreach ((long start, StoredTensor tensor) in tensors.OrderBy(entry => entry.Start).ThenBy(entry => entry.Tensor.Bytes.Length))
        {
            if (start != end) throw Damaged(path, $"tensor '{tensor.Name}' starts at byte {start}; expected {end}, the end of the one before");
            end += tensor.Bytes.Length;
        }
        return end == data.Length ? new TensorFile(path, [.. tensors.Select(entry => entry.Tensor)], metadata) : throw Damaged(path, $"it holds {data.Length} bytes of data; its header describes {end}");
    }

    private static (long, StoredTensor) ParseTensor(string path, JsonProperty entry, ReadOnlyMemory<byte> data)
    {
        string name = entry.Value.GetProperty("dtype").GetString() ?? "null";
        TensorType type = TensorTypes.FromSafetensors(name) ?? throw Damaged(path, $"tensor '{entry.Name}' has the unknown type {name}");
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets is not [var start, var end] || start < 0 || end < start || end > data.Length)
            throw Damaged(path, $"tensor '{entry.Name}' has data offsets [{string.Join(",", offsets)}] in {data.Length} bytes of data; is the file truncated?");
        if (shape.Any(size => size < 0) || StoredTensor.CountOf(shape) * type.Size() != end - start)
            throw Damaged(path, $"tensor '{entry.Name}' of shape [{string.Join(",", shape)}] and type {name} has {end - start} bytes");
        return (start, new StoredTensor(entry.Name, type, shape, data[(int)start..(int)end]));
    }

    private static InputException Damaged(string path, string how) => new($"{path} is no whole safetensors file: {how}.");
}

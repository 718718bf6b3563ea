using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>The JSON header of a safetensors file.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataName = "__metadata__";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The header for tensors listed in one order and placed in another, padded with spaces to a multiple of 8 bytes.</summary>
    public static byte[] Write(StoredTensor[] listed, StoredTensor[] placed, IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, long> begins = new(StringComparer.Ordinal);
        long end = 0;
        foreach (StoredTensor tensor in placed)
        {
            if (tensor.Name == MetadataName || !begins.TryAdd(tensor.Name, end))
                throw new ArgumentException($"The tensor name '{tensor.Name}' is given twice or reserved.", nameof(placed));
            end += tensor.Bytes.Length;
        }
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            foreach (StoredTensor tensor in listed)
                WriteEntry(json, tensor, begins[tensor.Name]);
            json.WriteEndObject();
        }
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (buffer.WrittenCount > Safetensors.LongestHeader)
            throw new InputException(
                $"The names and the metadata need {buffer.WrittenCount} bytes, a safetensors header may have {Safetensors.LongestHeader}."
            );
        return buffer.WrittenSpan.ToArray();
    }

    public static SafetensorsHeader Parse(byte[] header, string path) => new SafetensorsParser(path).Parse(header);

    /// <summary>Every byte of the data must belong to exactly one tensor.</summary>
    public void CheckPlaces(long dataBytes, string path)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            string name = FileFaults.Shorten(entry.Name);
            if (entry.Begin < end)
                throw new InputException(
                    $"'{path}' is damaged: tensor '{name}' begins at byte {entry.Begin}, inside the tensor before it, which ends at {end}."
                );
            if (entry.Begin > end)
                throw new InputException($"'{path}' is damaged: no tensor holds the bytes {end} to {entry.Begin}, before tensor '{name}'.");
            end = entry.End;
            if (end > dataBytes)
                throw new InputException(
                    $"'{path}' is cut off: tensor '{name}' ends at byte {end} of the data, of which there are {dataBytes}."
                );
            if (end - entry.Begin > Array.MaxLength)
                throw new InputException(
                    $"'{path}' holds the tensor '{name}' of {end - entry.Begin} bytes, the limit is {Array.MaxLength}."
                );
        }
        if (end != dataBytes)
            throw new InputException($"'{path}' is damaged: {dataBytes - end} bytes follow its last tensor.");
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataName);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!StoredTensor.IsWellFormed(key) || !StoredTensor.IsWellFormed(value))
                throw new ArgumentException("Metadata must be well-formed Unicode.", nameof(metadata));
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.StoredName());
        json.WriteStartArray("shape");
        foreach (long length in tensor.Shape)
            json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Bytes.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

using System.Text.Json;

namespace Espalier.Files;

/// <summary>
/// Parses a safetensors header strictly: an unknown or doubled key is a fault, since another reader may take it otherwise.
/// </summary>
internal sealed class SafetensorsParser(string path)
{
    public SafetensorsHeader Parse(ReadOnlySpan<byte> header)
    {
        if (header.IsEmpty || header[0] != (byte)'{')
            throw Fault("its header does not begin with '{'");
        try
        {
            Utf8JsonReader json = new(header, new JsonReaderOptions { MaxDepth = 4 });
            return ParseHeader(ref json);
        }
        catch (JsonException fault)
        {
            throw new InputException($"'{path}' is damaged: its header is not valid JSON at byte {fault.BytePositionInLine}.", fault);
        }
        catch (InvalidOperationException fault)
        {
            // A string token with broken UTF-8 or half a surrogate pair.
            throw new InputException($"'{path}' is damaged: its header holds text that is not valid Unicode.", fault);
        }
    }

    private SafetensorsHeader ParseHeader(ref Utf8JsonReader json)
    {
        Dictionary<string, string>? metadata = null;
        List<SafetensorsEntry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        json.Read();
        while (NextName(ref json, "the header", out string name))
        {
            if (!names.Add(name))
                throw Fault($"the name '{FileFaults.Shorten(name)}' occurs twice");
            if (name == SafetensorsHeader.MetadataName)
                metadata = ParseMetadata(ref json);
            else
                entries.Add(ParseEntry(ref json, name));
        }
        // Only spaces may follow; anything else is a JSON fault that this read reports.
        json.Read();
        return new SafetensorsHeader(entries, metadata ?? []);
    }

    private Dictionary<string, string> ParseMetadata(ref Utf8JsonReader json)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        Expect(ref json, JsonTokenType.StartObject, "the metadata", "an object");
        while (NextName(ref json, "the metadata", out string key))
        {
            Expect(ref json, JsonTokenType.String, $"the metadata '{FileFaults.Shorten(key)}'", "text");
            if (!metadata.TryAdd(key, json.GetString()!))
                throw Fault($"the metadata '{FileFaults.Shorten(key)}' occurs twice");
        }
        return metadata;
    }

    private SafetensorsEntry ParseEntry(ref Utf8JsonReader json, string name)
    {
        string subject = $"tensor '{FileFaults.Shorten(name)}'";
        TensorType? type = null;
        List<long>? shape = null,
            places = null;
        Expect(ref json, JsonTokenType.StartObject, subject, "an object");
        while (NextName(ref json, subject, out string key))
        {
            if (key == "dtype" && type == null)
                type = ParseType(ref json, subject);
            else if (key == "shape" && shape == null)
                shape = ParseNumbers(ref json, $"the shape of {subject}", TensorTypes.MostAxes);
            else if (key == "data_offsets" && places == null)
                places = ParseNumbers(ref json, $"the data_offsets of {subject}", 2);
            else
                throw Fault($"{subject} has the key '{FileFaults.Shorten(key)}' twice or it is unknown");
        }
        if (type is not { } known || shape == null || places == null)
            throw Fault($"{subject} lacks its dtype, shape or data_offsets");
        if (places.Count != 2)
            throw Fault($"the data_offsets of {subject} are {places.Count} numbers, 2 were expected");
        if (places[1] < places[0])
            throw Fault($"{subject} ends at byte {places[1]}, before its begin at {places[0]}");
        if (!known.TryCountBytes(shape, out long bytes))
            throw Fault($"{subject} has the impossible shape {StoredTensor.Describe(known, shape)}");
        if (bytes != places[1] - places[0])
            throw Fault($"{subject} has {places[1] - places[0]} bytes, {StoredTensor.Describe(known, shape)} needs {bytes}");
        return new SafetensorsEntry(name, known, shape, places[0], places[1]);
    }

    private TensorType ParseType(ref Utf8JsonReader json, string subject)
    {
        Expect(ref json, JsonTokenType.String, $"the dtype of {subject}", "text");
        string name = json.GetString()!;
        return TensorTypes.TryParse(name, out TensorType type)
            ? type
            : throw new InputException(
                $"'{path}' holds {subject} of type '{FileFaults.Shorten(name)}', expected one of {TensorTypes.Known}."
            );
    }

    private List<long> ParseNumbers(ref Utf8JsonReader json, string subject, int most)
    {
        List<long> numbers = [];
        Expect(ref json, JsonTokenType.StartArray, subject, "a list");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0)
                throw Fault($"{subject} holds something else than whole numbers from 0 to 2^63-1");
            if (numbers.Count == most)
                throw Fault($"{subject} has more than {most} numbers");
            numbers.Add(number);
        }
        return numbers;
    }

    private bool NextName(ref Utf8JsonReader json, string subject, out string name)
    {
        name = "";
        if (!json.Read())
            throw Fault($"{subject} is not finished");
        if (json.TokenType == JsonTokenType.EndObject)
            return false;
        name = json.GetString()!;
        return true;
    }

    private void Expect(ref Utf8JsonReader json, JsonTokenType token, string subject, string expected)
    {
        json.Read();
        if (json.TokenType != token)
            throw Fault($"{subject} should be {expected}");
    }

    private InputException Fault(string what) => new($"'{path}' is damaged: {what}.");
}

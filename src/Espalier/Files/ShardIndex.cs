using System.Text.Json;

namespace Espalier.Files;

/// <summary>
/// Reads tensors that lie in several files beside an index: <c>model.safetensors.index.json</c>, or <c>pytorch_model.bin.index.json</c>,
/// whose <c>weight_map</c> says which file holds which tensor.
/// </summary>
internal static class ShardIndex
{
    private const string Map = "weight_map";
    private const int Largest = 32 << 20;

    /// <summary>Reads the files that an index names.</summary>
    /// <param name="stream">The index, which can seek.</param>
    /// <param name="path">The index, as messages name it.</param>
    /// <param name="read">Reads a file that is not an index itself.</param>
    /// <returns>The tensors in the index's order; null where the text is no index.</returns>
    public static TensorFile? Read(Stream stream, string path, Func<string, TensorFile> read)
    {
        if (Entries(stream, path) is not { } entries)
            return null;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = new Dictionary<string, TensorFile>(StringComparer.Ordinal);
        foreach (string shard in entries.Values.Distinct(StringComparer.Ordinal))
        {
            // A name with a folder in it could reach any file of the machine.
            if (shard.Length == 0 || shard is "." or ".." || shard.IndexOfAny(['/', '\\', '\0', ':']) >= 0)
                throw Fault(path, $"it places tensors in '{FileFaults.Shorten(shard)}', which is no file beside it");
            files[shard] = read(Path.Combine(folder, shard));
        }
        foreach ((string shard, TensorFile file) in files)
            if (file.Tensors.Keys.FirstOrDefault(name => entries.GetValueOrDefault(name) != shard) is { } stranger)
                throw Fault(path, $"'{shard}' holds '{FileFaults.Shorten(stranger)}', which it does not place there");
        return new TensorFile(
            path,
            entries.Select(entry =>
                files[entry.Value].Tensors.GetValueOrDefault(entry.Key)
                ?? throw Fault(path, $"it places '{FileFaults.Shorten(entry.Key)}' in '{entry.Value}', which does not hold it")
            )
        );
    }

    /// <summary>The file of each tensor; null where the text has no such table.</summary>
    private static Dictionary<string, string>? Entries(Stream stream, string path)
    {
        if (stream.Length > Largest)
            throw new InputException($"'{path}' is a JSON text of {stream.Length} bytes; an index of tensors has at most {Largest}.");
        try
        {
            stream.Position = 0;
            using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 16 });
            if (!document.RootElement.TryGetProperty(Map, out JsonElement map) || map.ValueKind != JsonValueKind.Object)
                return null;
            var entries = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                if (entry.Value.ValueKind != JsonValueKind.String)
                    throw Fault(path, $"the file of '{FileFaults.Shorten(entry.Name)}' is no text");
                if (!entries.TryAdd(entry.Name, entry.Value.GetString()!))
                    throw Fault(path, $"it places '{FileFaults.Shorten(entry.Name)}' twice");
            }
            return entries.Count > 0 ? entries : throw Fault(path, "it places no tensor");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Half a character in a text is an invalid operation to its reader.
            return null;
        }
    }

    private static InputException Fault(string path, string what) => new($"'{path}' is no whole index of tensors: {what}.");
}

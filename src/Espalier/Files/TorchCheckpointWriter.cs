using System.Globalization;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>
/// Writes state dicts as torch.save does, PyTorch 1.6 and later: <c>torch.load(path, weights_only=True)</c> gives an ordered dictionary of
/// tensors on the CPU.
/// </summary>
/// <remarks>
/// Text beside the tensors, such as the network's graph, lies in an entry of its own that PyTorch leaves alone and
/// <see cref="TorchCheckpoint"/> reads. The same content gives the same bytes.
/// </remarks>
public static class TorchCheckpointWriter
{
    /// <summary>The entry with the text, under the archive's root.</summary>
    internal const string DescriptionEntry = "extra/espalier.json";

    private const string Root = "archive";

    /// <summary>Writes a file as a whole or not at all.</summary>
    /// <param name="path">The file; an earlier one is replaced.</param>
    /// <param name="tensors">The tensors, each name once; their order is kept.</param>
    /// <param name="metadata">Text beside them; written in ordinal order of the keys.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name, or a text is not well-formed Unicode.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StoredTensor[] list = [.. tensors];
        AtomicFile.Write(path, stream => Write(stream, list, metadata));
    }

    /// <summary>Writes the format to a stream, which is left open.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{StoredTensor}, IReadOnlyDictionary{string, string})"/>
    public static void Write(Stream stream, IEnumerable<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        StoredTensor[] list = [.. tensors];
        if (list.GroupBy(tensor => tensor.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The tensor name '{twice.Key}' is given twice.", nameof(tensors));
        StoredZip zip = new(stream);
        zip.Add($"{Root}/data.pkl", PickleWriter.StateDict(list));
        zip.Add($"{Root}/byteorder", "little"u8);
        if (metadata is { Count: > 0 })
            zip.Add($"{Root}/{DescriptionEntry}", Description(metadata));
        for (int i = 0; i < list.Length; i++)
            zip.Add($"{Root}/data/{i.ToString(CultureInfo.InvariantCulture)}", list[i].Bytes.Span);
        // PyTorch's number of this layout of a zip file.
        zip.Add($"{Root}/version", "3\n"u8);
        zip.Finish();
    }

    private static byte[] Description(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Any(pair => !StoredTensor.IsWellFormed(pair.Key) || !StoredTensor.IsWellFormed(pair.Value)))
            throw new ArgumentException("Metadata must be well-formed Unicode.", nameof(metadata));
        return JsonSerializer.SerializeToUtf8Bytes(
            metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.Value)
        );
    }
}

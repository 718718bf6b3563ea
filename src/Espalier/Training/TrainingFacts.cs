using System.Globalization;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;

namespace Espalier.Training;

/// <summary>What a file of weights, or of a stopped training, says of the training that wrote it; null for what it does not say.</summary>
/// <param name="Epoch">Completed epochs.</param>
/// <param name="Precision">Number format that it computed, and tested, in.</param>
/// <param name="Threads">Threads that it computed on.</param>
public sealed record TrainingFacts(int? Epoch, Precision? Precision, int? Threads)
{
    /// <summary>Processes that trained it together; null for one.</summary>
    public int? Ranks { get; init; }

    /// <summary>Constants that it saw images by, where they are of its own images and no data set's name says them.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>Of a file; nothing where the file is missing, damaged, or not one of this library's.</summary>
    public static TrainingFacts Of(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new TrainingFacts(null, null, null);
            using OpenTensorFile open = OpenTensorFile.Of(path);
            return Of(open.Content.Metadata);
        }
        catch (InputException)
        {
            return new TrainingFacts(null, null, null); // whoever reads the weights says what is wrong
        }
    }

    internal static TrainingFacts Of(IReadOnlyDictionary<string, string> metadata) =>
        new(
            Number(metadata, "epoch"),
            Enum.GetValues<Precision>()
                .Where(value => value.Name() == metadata.GetValueOrDefault("precision"))
                .Select(value => (Precision?)value)
                .FirstOrDefault(),
            Number(metadata, "threads")
        )
        {
            Ranks = Number(metadata, "ranks"),
            Normalization = metadata.TryGetValue("normalization", out string? constants) ? Normalization.Parse(constants) : null,
        };

    internal Dictionary<string, string> ToMetadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Epoch is { } epoch)
            metadata["epoch"] = epoch.ToString(CultureInfo.InvariantCulture);
        if (Precision is { } precision)
            metadata["precision"] = precision.Name();
        if (Threads is { } threads)
            metadata["threads"] = threads.ToString(CultureInfo.InvariantCulture);
        if (Ranks is { } ranks)
            metadata["ranks"] = ranks.ToString(CultureInfo.InvariantCulture);
        if (Normalization is { } constants)
            metadata["normalization"] = $"{constants}";
        return metadata;
    }

    private static int? Number(IReadOnlyDictionary<string, string> metadata, string name) =>
        int.TryParse(metadata.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}

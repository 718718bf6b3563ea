using Espalier.Files;
using Espalier.Networks;

namespace Espalier.Weights;

/// <summary>
/// What every artefact says of itself: its format and the network it is of. What other tools wrote says neither; their metadata is not
/// read.
/// </summary>
public static class ArtefactHeader
{
    private const string Ours = "espalier.";

    /// <summary>The facts to write.</summary>
    public static Dictionary<string, string> Of(string format, Network network, IReadOnlyDictionary<string, string>? further = null)
    {
        var facts = new Dictionary<string, string>(further ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            ["format"] = format,
            ["network"] = NetworkJson.Write(network),
            ["fingerprint"] = network.Fingerprint,
        };
        return facts;
    }

    /// <summary>Checks a file's facts.</summary>
    /// <param name="file">What was read.</param>
    /// <param name="format">What it must be.</param>
    /// <param name="expected">The network it must be of; null for whichever the file names.</param>
    /// <returns>The network.</returns>
    /// <exception cref="InputException">It is something else, or of another network.</exception>
    public static Network Check(TensorFile file, string format, Network? expected)
    {
        string? found = IsOurs(file) ? file.Metadata["format"] : null;
        bool isEither = found == StateDict.PrunedFormat && format is (WeightsFile.Format or MaskFile.Format);
        if (found is not null && found != format && !isEither)
            throw new InputException($"{file.Path} is a file of kind {found}; expected {format}.");
        Network? named =
            found is not null && file.Metadata.TryGetValue("network", out string? json) ? NetworkJson.Read(json, file.Path) : null;
        if (named is not null && expected is not null && named.Fingerprint != expected.Fingerprint)
            throw new InputException(
                $"{file.Path} is of {named} with fingerprint {named.Fingerprint}; expected {expected}, {expected.Fingerprint}."
            );
        return expected ?? named ?? throw new InputException($"{file.Path} does not say which network it is of: name the model (--model).");
    }

    /// <summary>Whether a file is an artefact; if not, its metadata is another tool's, such as <c>format: pt</c>.</summary>
    internal static bool IsOurs(TensorFile file) =>
        file.Metadata.TryGetValue("format", out string? format) && format.StartsWith(Ours, StringComparison.Ordinal);
}

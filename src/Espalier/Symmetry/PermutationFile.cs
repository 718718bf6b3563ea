using System.Globalization;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Symmetry;

/// <summary>
/// A permutation as a safetensors file: for each group an I32 array of the unit that moves to each position, and its certificate.
/// </summary>
public static class PermutationFile
{
    internal const string Format = "espalier.permutation";

    /// <summary>Writes a permutation with its proof.</summary>
    /// <exception cref="InvalidOperationException">The certificate does not hold.</exception>
    public static void Write(
        string path,
        Permutation permutation,
        Certificate certificate,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        certificate.MustHold();
        var facts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            ["certificate.max_relative_difference"] = certificate.MaxRelativeDifference.ToString("g6", CultureInfo.InvariantCulture),
            ["certificate.probe_images"] = certificate.ProbeImages.ToString(CultureInfo.InvariantCulture),
        };
        Safetensors.Write(
            path,
            permutation.Groups.Groups.Select(group =>
                StoredTensor.FromInts(group.Name, [group.Units], [.. permutation.Sources[group.Index]])
            ),
            ArtefactHeader.Of(Format, permutation.Groups.Network, facts)
        );
    }

    /// <summary>Reads a permutation.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What it must be of; null to take the graph from the file.</param>
    /// <exception cref="InputException">The file is missing or damaged, is no permutation, or is of another network.</exception>
    public static Permutation Read(string path, Network? network = null) => Of(TensorFile.Read(path), network);

    /// <summary>The permutation in a file that was read already.</summary>
    /// <inheritdoc cref="Read"/>
    internal static Permutation Of(TensorFile file, Network? network)
    {
        string path = file.Path;
        PermutationGroups groups = PermutationGroups.Of(ArtefactHeader.Check(file, Format, network));
        if (file.Tensors.Count != groups.Groups.Count)
            throw new InputException(
                $"{path} permutes {Counted.Of(file.Tensors.Count, "group")}; {groups.Network.Name} has {groups.Groups.Count}."
            );
        IReadOnlyList<int>[] sources = [.. groups.Groups.Select(group => file[group.Name].ToInts())];
        try
        {
            return new Permutation(groups, sources);
        }
        catch (InputException fault)
        {
            throw new InputException($"{path}: {fault.Message}", fault);
        }
    }
}

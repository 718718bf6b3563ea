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
    private const string UntiedFormat = "espalier.untied-permutation";

    /// <summary>Writes a permutation with its proof.</summary>
    /// <exception cref="InvalidOperationException">The certificate does not hold, or is of another kind of permutation.</exception>
    public static void Write(
        string path,
        Permutation permutation,
        Certificate certificate,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        if (certificate.MustHold().IsSymmetry != permutation.IsSymmetry)
            throw new InvalidOperationException("the certificate claims something else than the permutation is");
        var facts = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            ["certificate.max_relative_difference"] = certificate.MaxRelativeDifference.ToString("g6", CultureInfo.InvariantCulture),
            ["certificate.probe_images"] = certificate.ProbeImages.ToString(CultureInfo.InvariantCulture),
        };
        if (!permutation.IsSymmetry)
            facts["caution"] = Certificate.NoSymmetry;
        Safetensors.Write(
            path,
            permutation.Groups.Groups.Select(group =>
                StoredTensor.FromInts(group.Name, [group.Units], [.. permutation.Sources[group.Index]])
            ),
            ArtefactHeader.Of(permutation.IsSymmetry ? Format : UntiedFormat, permutation.Groups.Network, facts)
        );
    }

    /// <summary>Reads a permutation that is a symmetry.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What it must be of; null to take the graph from the file.</param>
    /// <exception cref="InputException">The file is missing or damaged, is no permutation or no symmetry, or is of another
    /// network.</exception>
    public static Permutation Read(string path, Network? network = null) => Of(TensorFile.Read(path), network);

    /// <summary>The permutation in a file that was read already.</summary>
    /// <inheritdoc cref="Read(string, Network?)"/>
    internal static Permutation Of(TensorFile file, Network? network) =>
        !IsUntied(file)
            ? Read(file, PermutationGroups.Of(ArtefactHeader.Check(file, Format, network)))
            : throw new InputException(
                $"{file.Path} holds a permutation that is no symmetry: it moves masks alone; expected one that keeps a network's function."
            );

    /// <summary>Reads a permutation to move a mask by, whether it is a symmetry or cuts residual streams.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What it must be of; null to take the graph from the file.</param>
    /// <exception cref="InputException">The file is missing or damaged, is no permutation, or is of another network.</exception>
    public static Permutation ReadMove(string path, Network? network = null)
    {
        TensorFile file = TensorFile.Read(path);
        return IsUntied(file)
            ? Read(file, PermutationGroups.Untied(ArtefactHeader.Check(file, UntiedFormat, network)))
            : Read(file, PermutationGroups.Of(ArtefactHeader.Check(file, Format, network)));
    }

    private static bool IsUntied(TensorFile file) => file.Metadata.GetValueOrDefault("format") == UntiedFormat;

    private static Permutation Read(TensorFile file, PermutationGroups groups)
    {
        if (file.Tensors.Count != groups.Groups.Count)
            throw new InputException(
                $"{file.Path} permutes {Counted.Of(file.Tensors.Count, "group")}; {groups.Network.Name} has {groups.Groups.Count}."
            );
        ILookup<string, string> older = file.Tensors.Keys.ToLookup(UnitRange.Plain);
        IReadOnlyList<int>[] sources =
        [
            .. groups.Groups.Select(group =>
                file[file.Tensors.ContainsKey(group.Name) ? group.Name : older[group.Name].FirstOrDefault(group.Name)].ToInts()
            ),
        ];
        try
        {
            return new Permutation(groups, sources);
        }
        catch (InputException fault)
        {
            throw new InputException($"{file.Path}: {fault.Message}", fault);
        }
    }
}

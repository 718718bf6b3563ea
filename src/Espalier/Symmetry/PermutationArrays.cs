using Espalier.Files;
using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Symmetry;

/// <summary>Permutations as I64 index arrays, as <c>torch.index_select</c> takes them.</summary>
public static class PermutationArrays
{
    /// <summary>One array a group: entry j is the unit that moves to position j.</summary>
    public static IReadOnlyList<StoredTensor> OfGroups(Permutation permutation) =>
        [
            .. permutation.Groups.Groups.Select(group =>
                Indices(group.Name, [.. permutation.Sources[group.Index].Select(unit => (long)unit)])
            ),
        ];

    /// <summary>
    /// One array for each axis of each array of the network that is permuted, batch-norm statistics too, called <c>name.axis</c>, such as
    /// <c>fc2.weight.1</c>: entry j is the index along that axis that moves to j. Applied one after another they are π.
    /// </summary>
    public static IReadOnlyList<StoredTensor> OfAxes(Permutation permutation)
    {
        Network network = permutation.Groups.Network;
        var arrays = new List<StoredTensor>();
        foreach (Parameter p in network.Parameters.Concat(network.Buffers).OrderBy(p => p.Node))
        {
            IReadOnlyList<Axis?> axes = permutation.Groups.AxesOf(p);
            for (int dim = 0; dim < axes.Count; dim++)
                if (axes[dim] is { IsPermutable: true } axis)
                    arrays.Add(Indices($"{p.Name}.{dim}", axis.Expand(permutation.Sources)));
        }
        return arrays;
    }

    /// <summary>What a file of one array a group says of itself.</summary>
    public static Dictionary<string, string> Facts(Permutation permutation, IReadOnlyDictionary<string, string>? further = null) =>
        ArtefactHeader.Of(PermutationFile.Format, permutation.Groups.Network, further);

    private static StoredTensor Indices(string name, long[] values) =>
        StoredTensor.Create(name, TensorType.Int64, [values.Length], LittleEndian.Bytes<long>(values));
}

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
    /// A grouped convolution's inputs may move differently in each group: there the array has a row for each output, as
    /// <c>torch.take_along_dim(w, index[:, :, None, None], 1)</c> takes it.
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
                    arrays.Add(
                        axis.Blocks == 1
                            ? Indices($"{p.Name}.{dim}", axis.Expand(permutation.Sources))
                            : Rows($"{p.Name}.{dim}", p, axis.Expand(permutation.Sources), axis.Blocks)
                    );
        }
        return arrays;
    }

    /// <summary>For each row of an array, whose b-th part sees the b-th part of an axis, where its entries come from.</summary>
    private static StoredTensor Rows(string name, Parameter p, long[] index, int blocks)
    {
        int rows = p.Shape[0],
            seen = p.Shape[1];
        long[] values = new long[rows * seen];
        for (int i = 0; i < values.Length; i++)
            values[i] = index[i / seen / (rows / blocks) * seen + i % seen] % seen;
        return StoredTensor.Create(name, TensorType.Int64, [rows, seen], LittleEndian.Bytes<long>(values));
    }

    /// <summary>What a file of one array a group says of itself.</summary>
    public static Dictionary<string, string> Facts(Permutation permutation, IReadOnlyDictionary<string, string>? further = null) =>
        ArtefactHeader.Of(PermutationFile.Format, permutation.Groups.Network, further);

    private static StoredTensor Indices(string name, long[] values) =>
        StoredTensor.Create(name, TensorType.Int64, [values.Length], LittleEndian.Bytes<long>(values));
}

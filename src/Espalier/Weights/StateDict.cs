using Espalier.Files;
using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>Networks and masks as the arrays that PyTorch's modules call their own, in the order of the modules.</summary>
public static class StateDict
{
    /// <summary>The kind of a file whose arrays are pairs of torch.nn.utils.prune: weights and a mask at once.</summary>
    public const string PrunedFormat = "espalier.pruned";

    /// <summary>How many batches a batch-norm has seen; its statistics do not depend on it here.</summary>
    internal const string Counter = "num_batches_tracked";

    /// <summary>
    /// Every array of a network, F32 in PyTorch's shapes, and the I64 counter of each batch-norm (0), which strict loading asks for. What
    /// several nodes share is there under each one's name.
    /// </summary>
    public static IReadOnlyList<StoredTensor> Of(WeightSet weights) => Arrays(weights, (p, name) => [Stored(p, name, weights.Read(p))]);

    /// <summary>
    /// The same as torch.nn.utils.prune leaves a pruned network: each array X that may be pruned as <c>X_orig</c>, whole, beside
    /// <c>X_mask</c>, F32 of 0 and 1.
    /// </summary>
    /// <exception cref="InputException">The mask is of another network.</exception>
    public static IReadOnlyList<StoredTensor> Pruned(WeightSet weights, Mask mask)
    {
        weights.Layout.MustFit(mask.Layout, "mask");
        return Arrays(
            weights,
            (p, name) =>
                mask.Prunable.Contains(p)
                    ?
                    [
                        Stored(p, name + PrunedPairs.Original, weights.Read(p)),
                        Stored(p, name + PrunedPairs.Mask, [.. KeptOf(mask, p).Select(kept => kept ? 1f : 0f)]),
                    ]
                    : [Stored(p, name, weights.Read(p))]
        );
    }

    /// <summary>A mask: a BOOL array of each array that may be pruned, true where kept, under that array's name.</summary>
    public static IReadOnlyList<StoredTensor> Of(Mask mask) =>
        [
            .. Named(mask.Network, mask.Prunable)
                .Select(named => StoredTensor.FromBools(named.Name, Sizes(named.Array), KeptOf(mask, named.Array))),
        ];

    /// <summary>What a file of these arrays says of itself.</summary>
    public static Dictionary<string, string> Facts(WeightSet weights) => ArtefactHeader.Of(WeightsFile.Format, weights.Network);

    /// <inheritdoc cref="Facts(WeightSet)"/>
    public static Dictionary<string, string> Facts(Mask mask) => ArtefactHeader.Of(MaskFile.Format, mask.Network);

    private static List<StoredTensor> Arrays(WeightSet weights, Func<Parameter, string, IEnumerable<StoredTensor>> stored)
    {
        Network network = weights.Network;
        var arrays = new List<StoredTensor>();
        // A stable order: what a node has is written in the order of its parameters, then its statistics.
        foreach ((string name, Parameter p) in Named(network, network.Parameters.Concat(network.Buffers)))
        {
            arrays.AddRange(stored(p, name));
            if (p.Kind == ParameterKind.RunningVariance)
                arrays.Add(
                    StoredTensor.Create($"{p.Name[..p.Name.LastIndexOf('.')]}.{Counter}", TensorType.Int64, [], new byte[sizeof(long)])
                );
        }
        return arrays;
    }

    /// <summary>Arrays under all their names, in the order of the nodes that use them.</summary>
    private static IEnumerable<(string Name, Parameter Array)> Named(Network network, IEnumerable<Parameter> arrays)
    {
        Parameter[] all = [.. arrays];
        HashSet<string> names = new(all.Select(p => p.Name), StringComparer.Ordinal);
        return all.Select(p => (p.Node, p.Name, Array: p))
            .Concat(
                network
                    .Shared.Where(shared => shared.IsNamed && names.Contains(shared.Array.Name))
                    .Select(shared => (shared.Node, shared.Name, shared.Array))
            )
            .OrderBy(named => named.Node)
            .Select(named => (named.Name, named.Array));
    }

    private static bool[] KeptOf(Mask mask, Parameter p)
    {
        using var scope = NewDisposeScope();
        return mask.Layout.View(mask.Pruned, p).logical_not().contiguous().data<bool>().ToArray();
    }

    internal static StoredTensor Stored(Parameter p, string name, float[] values) => StoredTensor.FromFloats(name, Sizes(p), values);

    /// <summary>An array's shape as files have it.</summary>
    internal static long[] Sizes(Parameter p) => [.. p.Shape.Select(size => (long)size)];
}

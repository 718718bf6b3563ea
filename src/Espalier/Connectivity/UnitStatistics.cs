using Espalier.Execution;
using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>The moments of all hidden units' pre-activations, where REPAIR matches them.</summary>
public static class UnitStatistics
{
    /// <summary>
    /// The nodes at which units are matched: each convolution, linear layer or normalisation but the last node, except a layer that is read
    /// by nothing but normalisations (which would undo what is done to it).
    /// </summary>
    public static IReadOnlyList<int> Nodes(Network network)
    {
        ILookup<int, Operation> readers = network.Readers();
        return
        [
            .. Enumerable
                .Range(0, network.Nodes.Count - 1)
                .Where(i =>
                    (network.Nodes[i].Operation.IsLayer() || HasAffine(network.Nodes[i].Operation))
                    && readers[i].Any(reader => !reader.IsNorm())
                ),
        ];
    }

    /// <summary>
    /// Why no unit of a network can be brought to other moments, in a sentence; null if units can. What several nodes use has one scale and
    /// shift for all its uses, whose moments differ; where each is followed by a normalisation of its own, that is corrected instead.
    /// </summary>
    public static string? Obstacle(Network network) =>
        Nodes(network).FirstOrDefault(network.Sharing.Contains, -1) is var node and >= 0
            ? $"REPAIR cannot correct '{network.Nodes[node].Name}' of {network.Name}, whose weights several nodes share: each use needs "
                + $"a correction of its own."
            : null;

    /// <summary>Refuses networks with an <see cref="Obstacle"/>.</summary>
    /// <exception cref="InputException">There is one.</exception>
    internal static void MustBeCorrectable(Network network)
    {
        if (Obstacle(network) is { } obstacle)
            throw new InputException(obstacle);
    }

    private static bool HasAffine(Operation operation) =>
        operation.IsNorm()
        && operation is not (BatchNorm { Affine: false } or GroupNorm { Affine: false } or InstanceNorm { Affine: false });

    /// <summary>
    /// A sentence for the user if some layer has more units than samples of each (images times positions), so that its statistics are those
    /// of the images rather than of the network; null otherwise.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="images">How many images are to be used.</param>
    public static string? Shortage(Network network, int images)
    {
        int worst = Nodes(network)
            .Where(node => (long)images * network.Shapes[node].Positions < network.Shapes[node].Channels)
            .OrderByDescending(node => network.Shapes[node].Channels)
            .FirstOrDefault(-1);
        return worst < 0
            ? null
            : $"Unit statistics on {Counted.Of(images, "image")} are few for {network.Name}: {network.Nodes[worst].Name} has "
                + $"{Counted.Of(network.Shapes[worst].Channels, "unit")} and {(long)images * network.Shapes[worst].Positions} "
                + $"samples of each.";
    }

    /// <summary>Measures a network as it is, in evaluation mode.</summary>
    /// <param name="weights">Not changed.</param>
    /// <param name="images">A fixed set.</param>
    /// <returns>Moments by node.</returns>
    public static IReadOnlyDictionary<int, UnitMoments> Of(WeightSet weights, StatisticsImages images)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights, images.Images.device, images.Images.dtype);
        var wanted = Nodes(weights.Network).ToHashSet();
        var found = new Dictionary<int, Tensor>();
        new ForwardPass(weights.Network).Run(
            arrays,
            images.Images,
            training: false,
            visit: (node, output) =>
            {
                if (wanted.Contains(node))
                    found[node] = UnitMoments.Measure(output);
            }
        );
        return found.Keys.Zip(UnitMoments.Of([.. found.Values])).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}

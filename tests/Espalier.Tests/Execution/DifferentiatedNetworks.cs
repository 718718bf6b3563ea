using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Tests.Execution;

/// <summary>Networks, masks, images and losses that gradients are tried on.</summary>
internal static class DifferentiatedNetworks
{
    public static Network Of(string name) =>
        name switch
        {
            "mlp" => Mlp.Build(Shape.Maps(3, 8, 8), 3, depth: 2, width: 8),
            "residual" => ResNet20.Build(Shape.Maps(3, 8, 8), 3, blocks: 1),
            _ => RandomNetworks.Graph(new RandomStream(int.Parse(name.Split(' ')[1], null), "graph")),
        };

    /// <summary>A nonlinearity in the middle.</summary>
    public static string Tap(Network network)
    {
        Node[] all = [.. network.Nodes.Where(node => node.Operation is Relu)];
        return all[all.Length / 2].Name;
    }

    public static Batch Images(Network network) => RandomNetworks.Batch(network, 6, new RandomStream(0, "images"));

    /// <summary>No unit loses all of its weights: one that is exactly zero would stand at a rectifier's kink.</summary>
    public static Mask EveryThird(WeightSet weights)
    {
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(weights.Network);
        bool[] pruned = new bool[weights.Layout.Length];
        foreach (Parameter p in prunable)
            for (int i = 2; i < p.Count / p.Units; i += 3)
            for (int unit = 0; unit < p.Units; unit++)
                pruned[weights.Layout.Offset(p) + unit * (p.Count / p.Units) + i] = true;
        return new Mask(weights.Layout, prunable, tensor(pruned));
    }

    /// <summary>Of length 1.</summary>
    public static Tensor Direction(long[] shape, RandomStream random)
    {
        Tensor all = tensor(Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextNormal()).ToArray());
        return all.div(all.norm()).view(shape);
    }

    /// <summary>Of logits and of a tap.</summary>
    public static Loss OfBoth(string tap) =>
        (outputs, labels) => Losses.CrossEntropy(outputs, labels).Plus(outputs[tap].mul(outputs[tap]).mean().Times(0.3));

    public static double LossAt(Network network, WeightSet weights, Tensor w, Batch batch, string tap, bool byBatch)
    {
        using var guard = no_grad();
        using var inner = NewDisposeScope();
        using NodeArrays arrays = NodeArrays.Of(weights.Layout, w, w, weights.Statistics.to(ScalarType.Float64));
        Tensor seen = zeros(1, ScalarType.Float64);
        Tensor logits = new ForwardPass(network, [network.NodeNamed(tap)]).Run(
            arrays,
            batch.Images,
            byBatch,
            (_, output) => seen = output.clone()
        );
        Tensor right = logits.log_softmax(1).gather(1, batch.Labels.unsqueeze(1)).mean();
        return 0.3 * (seen * seen).mean().item<double>() - right.item<double>();
    }
}

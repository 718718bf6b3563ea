using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Pruning;

/// <summary>
/// Which kept weights lie on a path from the image to a class: once forward for the units that something reaches, at each position, and
/// once back for those that reach something. Each is a yes or a no, so that nothing can grow or vanish with depth, and one node after
/// another is computed in float32, so that an image of full size needs little more than its activations as bytes.
/// </summary>
internal static class PathWalk
{
    /// <summary>Walks there and back.</summary>
    /// <param name="mask">What is kept.</param>
    /// <returns>Weights of the prunable arrays that lie on a path, and how many classes none reaches.</returns>
    public static (long Effective, int UnreachedClasses) Of(Mask mask)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        Network network = SynFlow.Linear(mask.Network, averagesOnly: true);
        var layout = new ParameterLayout(network);
        Tensor values = mask.Pruned.logical_not().to(ScalarType.Float32),
            statistics = zeros(layout.StatisticsLength);
        foreach (Parameter p in network.Parameters.Where(SynFlow.IsShift))
            layout.Slice(values, p).zero_();
        foreach (Parameter p in network.Buffers.Where(p => p.Kind == ParameterKind.RunningVariance))
            layout.Slice(statistics, p).fill_(Held.One);
        using NodeArrays arrays = NodeArrays.Of(layout, values, values, statistics);
        var pass = new ForwardPass(network, Enumerable.Range(0, network.Nodes.Count));
        Tensor[] reached = Forward(pass, arrays);
        int unreached = (int)(reached[^1].numel() - HostRead.Item<long>(reached[^1].count_nonzero()));
        return (Back(pass, arrays, reached, [.. mask.Prunable.Select(p => p.Name)]), unreached);
    }

    /// <summary>Of every node, where anything arrives: bytes.</summary>
    private static Tensor[] Forward(ForwardPass pass, NodeArrays arrays)
    {
        using IDisposable still = no_grad();
        Network network = pass.Network;
        var reached = new Tensor[network.Nodes.Count];
        Shape input = network.InputShape;
        reached[0] = ones(1, input.Channels, input.Height, input.Width, ScalarType.Bool);
        for (int i = 1; i < reached.Length; i++)
        {
            using var scope = NewDisposeScope();
            var given = new Tensor[reached.Length];
            foreach (int read in network.Nodes[i].Inputs)
                given[read] ??= reached[read].to(ScalarType.Float32);
            reached[i] = Step(pass, arrays, i, given).ne(Held.Zero).MoveToOuterDisposeScope();
        }
        return reached;
    }

    /// <summary>Counts the weights between a unit that is reached and one that reaches a class.</summary>
    private static long Back(ForwardPass pass, NodeArrays arrays, Tensor[] reached, HashSet<string> prunable)
    {
        Network network = pass.Network;
        ILookup<int, Parameter> owned = network.Parameters.Where(p => p.IsWeight && prunable.Contains(p.Name)).ToLookup(p => p.Node);
        foreach (Parameter p in owned.SelectMany(p => p))
            arrays.Slot(p)!.requires_grad_(true);
        var wanted = new Tensor?[reached.Length];
        wanted[^1] = ones_like(reached[^1]);
        long effective = 0;
        for (int i = reached.Length - 1; i > 0; i--)
        {
            using var scope = NewDisposeScope();
            var given = new Tensor[reached.Length];
            foreach (int read in network.Nodes[i].Inputs)
                given[read] ??= reached[read].to(ScalarType.Float32).requires_grad_(true);
            Step(pass, arrays, i, given).mul(wanted[i]!).sum().backward();
            wanted[i]!.Dispose();
            foreach (int read in network.Nodes[i].Inputs.Distinct())
            {
                Tensor wants = given[read].grad!.ne(Held.Zero);
                wanted[read] = (wanted[read] is { } others ? others.logical_or_(wants) : wants).MoveToOuterDisposeScope();
            }
            // Whoever shares a node's arrays comes after it, and was met before.
            foreach (Parameter p in owned[i])
            {
                Tensor weight = arrays.Slot(p)!;
                effective += HostRead.Item<long>(weight.grad!.mul_(weight.detach()).count_nonzero());
                weight.Dispose(); // and with it the gradient
            }
        }
        return effective;
    }

    private static Tensor Step(ForwardPass pass, NodeArrays arrays, int node, Tensor[] given)
    {
        if (pass.Network.Nodes[node].Operation is not MaxPool pool)
            return pass.Step(node, arrays, given);
        // The maximum of windows with gaps lets through what all their positions hold, as averages of others do: it is their sum here.
        Tensor x = given[pass.Network.Nodes[node].Inputs[0]];
        Shape shape = pass.Network.Shapes[node];
        long Missing(int along, long outputs, long size) =>
            Math.Max(
                0,
                (outputs - 1) * pool.Stride.Sizes[along]
                    + pool.Dilation.Sizes[along] * (pool.Kernel.Sizes[along] - 1)
                    + 1
                    - size
                    - pool.Padding.Sizes[along]
            );
        Tensor padded = Functional.pad(
            x,
            [pool.Padding.Sizes[1], Missing(1, shape.Width, x.shape[3]), pool.Padding.Sizes[0], Missing(0, shape.Height, x.shape[2])]
        );
        Tensor sums = Functional.conv2d(
            padded,
            ones(x.shape[1], 1, pool.Kernel.Sizes[0], pool.Kernel.Sizes[1]),
            null,
            pool.Stride.Sizes,
            [0, 0],
            pool.Dilation.Sizes,
            x.shape[1]
        );
        return sums.narrow(2, 0, shape.Height).narrow(3, 0, shape.Width);
    }
}

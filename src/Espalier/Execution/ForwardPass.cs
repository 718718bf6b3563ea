using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Execution;

/// <summary>Computes a network's logits from images by walking its graph.</summary>
/// <remarks>
/// Activations are [N, C, H, W] with channels-last memory, or [N, C] once flattened. Where nobody else reads a result, rectifiers and
/// sums overwrite it: that saves a third of the memory traffic and changes no value.
/// </remarks>
internal sealed class ForwardPass
{
    private readonly Network _network;
    private readonly HashSet<int> _taps;
    private readonly int[] _readers,
        _lastReader;

    /// <param name="network">What to compute.</param>
    /// <param name="taps">Nodes whose outputs the caller reads; they are never overwritten.</param>
    public ForwardPass(Network network, IEnumerable<int>? taps = null)
    {
        _network = network;
        _taps = [.. taps ?? []];
        _readers = new int[network.Nodes.Count];
        _lastReader = new int[network.Nodes.Count];
        for (int i = 0; i < network.Nodes.Count; i++)
            foreach (int input in network.Nodes[i].Inputs)
            {
                _readers[input]++;
                _lastReader[input] = i;
            }
    }

    /// <param name="arrays">Weights of every node.</param>
    /// <param name="images">[N, C, H, W] in the compute precision.</param>
    /// <param name="training">Whether batch-norm uses (and updates) the batch's statistics.</param>
    /// <param name="tap">Called with (node, output) for every tap.</param>
    /// <param name="visit">Called with (node, output) as soon as any node is computed; it may write to the output, and to arrays of later
    /// nodes.</param>
    /// <returns>Logits [N, classes], float32; of float64 images float64.</returns>
    /// <exception cref="InputException">The images have another shape than the network takes.</exception>
    public Tensor Run(NodeArrays arrays, Tensor images, bool training, Action<int, Tensor>? tap = null, Action<int, Tensor>? visit = null)
    {
        ComputeThreads.Enter();
        if (
            images.shape is not [_, var channels, var height, var width]
            || Shape.Maps((int)channels, (int)height, (int)width) != _network.InputShape
        )
            throw new InputException(
                $"{_network.Name} takes images {_network.InputShape}; the given batch is [{string.Join(", ", images.shape)}]."
            );
        var outputs = new Tensor[_network.Nodes.Count];
        outputs[0] = images;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (i > 0)
                outputs[i] = Compute(i, arrays, outputs, training);
            visit?.Invoke(i, outputs[i]);
            foreach (int input in _network.Nodes[i].Inputs)
                Release(input, i, outputs);
            if (_taps.Contains(i))
                tap?.Invoke(i, outputs[i]);
        }
        return outputs[^1].dtype == ScalarType.Float64 ? outputs[^1] : outputs[^1].to(ScalarType.Float32);
    }

    private Tensor Compute(int i, NodeArrays arrays, Tensor[] outputs, bool training)
    {
        Node node = _network.Nodes[i];
        Tensor x = outputs[node.Inputs[0]];
        return node.Operation switch
        {
            Conv op => Functional.conv2d(x, arrays.Weight[i]!, arrays.Bias[i], [op.Stride, op.Stride], [op.Padding, op.Padding], [1, 1], 1),
            DepthwiseConv op => Functional.conv2d(
                x,
                arrays.Weight[i]!,
                arrays.Bias[i],
                [op.Stride, op.Stride],
                [op.Padding, op.Padding],
                [1, 1],
                x.shape[1]
            ),
            Linear => Functional.linear(x, arrays.Weight[i]!, arrays.Bias[i]),
            BatchNorm op => Functional.batch_norm(
                x,
                arrays.RunningMean[i]!,
                arrays.RunningVariance[i]!,
                arrays.Weight[i],
                arrays.Bias[i],
                training,
                op.Momentum,
                op.Epsilon
            ),
            LayerNorm op => Functional.group_norm(x, 1, arrays.Weight[i], arrays.Bias[i], op.Epsilon), // of feature vectors: the same
            GroupNorm op => Functional.group_norm(x, op.Groups, arrays.Weight[i], arrays.Bias[i], op.Epsilon),
            LayerNorm2d op => ByPosition(x, arrays.Weight[i]!, arrays.Bias[i]!, op.Epsilon),
            Relu => MayOverwrite(node.Inputs[0]) ? x.relu_() : x.relu(),
            Gelu => Functional.gelu(x),
            Add => MayOverwrite(node.Inputs[0]) ? x.PlusInPlace(outputs[node.Inputs[1]]) : x.Plus(outputs[node.Inputs[1]]),
            Concat => cat([x, outputs[node.Inputs[1]]], 1),
            MaxPool op => Functional.max_pool2d(x, op.Kernel, op.Stride),
            AveragePool op => Functional.avg_pool2d(x, op.Kernel, op.Stride),
            GlobalAveragePool => x.mean([2, 3], keepdim: true),
            PadShortcut op => Padded(x, op),
            Flatten => x.flatten(1),
            _ => throw new InvalidOperationException($"no forward rule for {node.Operation.GetType().Name}"),
        };
    }

    /// <summary>
    /// Frees a result once its last reader has run (what backward needs, the autograd graph holds): memory stays that of a few layers.
    /// </summary>
    private void Release(int node, int reader, Tensor[] outputs)
    {
        // An operation that overwrote its input gives that same tensor back: then it is still in use.
        if (node > 0 && _lastReader[node] == reader && !_taps.Contains(node) && !ReferenceEquals(outputs[node], outputs[reader]))
            outputs[node].Dispose();
    }

    /// <summary>
    /// Only results whose producer does not need them in its own backward pass, that one node reads, and that no tap sees.
    /// </summary>
    private bool MayOverwrite(int node) =>
        _readers[node] == 1
        && !_taps.Contains(node)
        && _network.Nodes[node].Operation is Conv or DepthwiseConv or Linear or BatchNorm or LayerNorm or LayerNorm2d or GroupNorm or Add;

    /// <summary>Channels lie last in memory, so this neither copies nor leaves the layout that convolutions like.</summary>
    private static Tensor ByPosition(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        using Tensor positions = x.permute(0, 2, 3, 1);
        using Tensor normalised = Functional.layer_norm(positions, [x.shape[1]], weight, bias, epsilon);
        return normalised.permute(0, 3, 1, 2);
    }

    private static Tensor Padded(Tensor x, PadShortcut op)
    {
        Tensor strided = x[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: op.Stride), TensorIndex.Slice(step: op.Stride)];
        long padding = (op.Out - x.shape[1]) / 2;
        return Functional.pad(strided, [0, 0, 0, 0, padding, padding]);
    }
}

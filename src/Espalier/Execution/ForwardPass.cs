using Espalier.Networks;
using Espalier.Runtime;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>Computes a network's logits from images by walking its graph.</summary>
/// <remarks>
/// Activations are [N, C, H, W] with channels-last memory, or [N, C] once flattened. Where nobody else reads a result, rectifiers and
/// sums overwrite it: that saves a third of the memory traffic and changes no value.
/// </remarks>
internal sealed partial class ForwardPass
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

    /// <summary>Gives batch-norms in training the statistics of all ranks' images. Default: null, those of the images at hand.</summary>
    public SynchronizedBatchNorm? Synchronized { get; init; }

    /// <summary>What it computes.</summary>
    public Network Network => _network;

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

    /// <summary>One node alone, in evaluation.</summary>
    /// <param name="node">Which.</param>
    /// <param name="arrays">Weights of every node.</param>
    /// <param name="outputs">Of the nodes that it reads, [N, C, H, W] or [N, C]; the others' entries may be empty.</param>
    public Tensor Step(int node, NodeArrays arrays, Tensor[] outputs) => Compute(node, arrays, outputs, training: false);

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
        && _network.Nodes[node].Operation is var operation
        && (operation.IsLayer() || operation.IsNorm() || operation is Add);
}

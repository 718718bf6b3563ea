using Espalier.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>What a network computed of a batch: its logits, and the outputs of nodes that were asked for by name.</summary>
/// <remarks>
/// The tensors are this object's: they are read only, no dispose scope around the call frees them, and <see cref="Dispose"/> does. What is
/// to live longer is cloned. They lie on the images' device, in the type of the images.
/// </remarks>
public sealed class Activations : IDisposable
{
    private readonly Network _network;
    private readonly Dictionary<int, Tensor> _taps;
    private readonly Tensor _logits;
    private bool _isDisposed;

    /// <param name="network">That computed them.</param>
    /// <param name="logits">Owned from here on, like the others.</param>
    /// <param name="taps">By node.</param>
    internal Activations(Network network, Tensor logits, Dictionary<int, Tensor> taps) =>
        (_network, _logits, _taps) = (network, logits, taps);

    /// <summary>Logits [N, classes], float32; of float64 images float64.</summary>
    /// <exception cref="ObjectDisposedException">They were disposed of.</exception>
    public Tensor Logits => Alive(_logits);

    /// <summary>
    /// The output of a node: maps [N, C, H, W], or features [N, C] once they are flattened. Of a nonlinearity it is what the next layer
    /// sees.
    /// </summary>
    /// <param name="node">Its name in the network's description, such as <c>layer1.0.relu</c>; the input is a node too.</param>
    /// <exception cref="InputException">The network has no such node, or it was not asked for.</exception>
    /// <exception cref="ObjectDisposedException">They were disposed of.</exception>
    public Tensor this[string node] =>
        _taps.TryGetValue(_network.NodeNamed(node), out Tensor? output)
            ? Alive(output)
            : throw new InputException($"The output of '{node}' was not asked for; expected its name among the taps.");

    /// <summary>Names of the nodes that were asked for, in the network's order.</summary>
    public IReadOnlyList<string> Taps => [.. _taps.Keys.Order().Select(node => _network.Nodes[node].Name)];

    /// <summary>The same numbers, of which no gradient can be taken; they live by themselves.</summary>
    internal Activations Detached() => new(_network, Apart(_logits), _taps.ToDictionary(tap => tap.Key, tap => Apart(tap.Value)));

    private static Tensor Apart(Tensor output) => output.detach().DetachFromDisposeScope();

    private Tensor Alive(Tensor output) =>
        _isDisposed ? throw new ObjectDisposedException(nameof(Activations), $"The activations of {_network} were disposed of.") : output;

    /// <summary>Frees all of them.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _logits.Dispose();
        foreach (Tensor output in _taps.Values)
            output.Dispose();
    }
}

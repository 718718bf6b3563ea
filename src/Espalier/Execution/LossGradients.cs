using Espalier.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>A loss on a batch, and its gradients (<see cref="Differentiation.Of(Data.Batch)"/>).</summary>
/// <remarks>
/// The tensors are this object's: they are read only, no dispose scope around the call frees them, and <see cref="Dispose"/> does. What is
/// to live longer is cloned. They lie on the images' device.
/// </remarks>
public sealed class LossGradients : IDisposable
{
    private readonly Network _network;
    private readonly Tensor _ofWeights,
        _ofMask;
    private readonly Dictionary<int, Tensor> _ofTaps;
    private bool _isDisposed;

    internal LossGradients(
        double loss,
        Activations outputs,
        Tensor ofWeights,
        Tensor ofMask,
        Dictionary<int, Tensor> ofTaps,
        Network network
    ) => (Loss, Outputs, _ofWeights, _ofMask, _ofTaps, _network) = (loss, outputs, ofWeights, ofMask, ofTaps, network);

    /// <summary>The loss L itself.</summary>
    public double Loss { get; }

    /// <summary>Logits and taps that it was computed from; disposed of with this.</summary>
    public Activations Outputs { get; }

    /// <summary>
    /// ∂L/∂w, w = m ⊙ θ the weights as they are computed with: [P] in the layout's order, pruned ones too, as RigL looks at them.
    /// <see cref="Weights.ParameterLayout.View"/> shows an array of it in PyTorch's shape. Float32; of float64 images float64.
    /// </summary>
    /// <exception cref="ObjectDisposedException">They were disposed of.</exception>
    public Tensor OfWeights => Alive(_ofWeights);

    /// <summary>
    /// ∂L/∂m = θ ⊙ ∂L/∂w: by the strength of every connection, [P]. Where the mask prunes, θ is the weight that would come
    /// back; zero if it was pruned from the set itself.
    /// </summary>
    /// <exception cref="ObjectDisposedException">They were disposed of.</exception>
    public Tensor OfMask => Alive(_ofMask);

    /// <summary>∂L/∂a by a node's output, in its shape and type: [N, C, H, W] or [N, C]; zero where the loss does not depend on
    /// it.</summary>
    /// <param name="node">A tap, by name.</param>
    /// <exception cref="InputException">The network has no such node, or it was not asked for.</exception>
    /// <exception cref="ObjectDisposedException">They were disposed of.</exception>
    public Tensor OfActivation(string node) =>
        _ofTaps.TryGetValue(_network.NodeNamed(node), out Tensor? gradient)
            ? Alive(gradient)
            : throw new InputException($"The gradient by '{node}' was not asked for; expected its name among the taps.");

    private Tensor Alive(Tensor gradient) =>
        _isDisposed ? throw new ObjectDisposedException(nameof(LossGradients), $"The gradients of {_network} were disposed of.") : gradient;

    /// <summary>Frees all of them.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Outputs.Dispose();
        foreach (Tensor gradient in new[] { _ofWeights, _ofMask }.Concat(_ofTaps.Values))
            gradient.Dispose();
    }
}

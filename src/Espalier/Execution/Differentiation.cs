using Espalier.Data;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>
/// Differentiates a loss of a network: by its weights, by the strength of its connections, by the activations of named nodes, and gradients
/// once more by the weights. It changes neither weights nor batch-norm statistics.
/// </summary>
/// <remarks>
/// Each call frees what it needed, keeps alive what native code reads, and computes on the threads that <see cref="ComputeThreads"/> says;
/// no dispose scope or <c>no_grad</c> around it matters. Not to be used by several threads at once.
/// </remarks>
public sealed class Differentiation : IDisposable
{
    private readonly Network _network;
    private readonly ParameterLayout _layout;
    private readonly int[] _taps;
    private readonly ForwardPass _pass;
    private readonly WeightSet _weights;
    private readonly Tensor? _pruned;
    private (Device Device, ScalarType Type, Tensor All, Tensor Leaf, Tensor Statistics)? _buffers;
    private bool _isDisposed;

    /// <summary>Of a network's weights, copied.</summary>
    /// <param name="weights">θ.</param>
    /// <param name="mask">m: computed with are w = m ⊙ θ; null for all of θ.</param>
    /// <param name="taps">Names of nodes of the network's description, for losses and gradients by activations. Taps change no
    /// number.</param>
    /// <exception cref="InputException">The mask is of another network, or the network has no such node.</exception>
    public Differentiation(WeightSet weights, Mask? mask = null, params IReadOnlyList<string> taps)
    {
        if (mask is not null)
            weights.Layout.MustFit(mask.Layout, "mask");
        (_network, _layout) = (weights.Network, weights.Layout);
        _taps = [.. taps.Select(_network.NodeNamed).Distinct()];
        _pass = new ForwardPass(_network, _taps);
        _weights = weights.Copy();
        _pruned = mask?.Pruned.clone().DetachFromDisposeScope();
    }

    /// <summary>What is differentiated. Default: mean cross-entropy.</summary>
    public Loss Loss { get; init; } = Losses.CrossEntropy;

    /// <summary>
    /// Whether batch-norm takes mean and variance of the batch, as in training, so that images of a batch depend on each other; else it
    /// takes the running ones, as in a test. Default: yes.
    /// </summary>
    public bool NormalizesByBatch { get; init; } = true;

    /// <summary>The loss on a batch and its gradients.</summary>
    /// <param name="batch">Images [N, C, H, W], whose device and type decide where and how it is computed, and labels [N]; it stays the
    /// caller's.</param>
    /// <returns>Dispose of it after use.</returns>
    /// <exception cref="InputException">The images have another shape than the network takes, or the loss is no single number, or does not
    /// depend on the weights.</exception>
    public LossGradients Of(Batch batch)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        (_, ScalarType type, Tensor all, Tensor leaf, Tensor statistics) = Buffers(batch);
        using NodeArrays arrays = NodeArrays.Of(_layout, leaf, leaf.to(type), statistics);
        (Activations outputs, Tensor loss) = Forward(arrays, batch, byActivations: _taps.Length > 0);
        Tensor[] by = [leaf, .. _taps.Select(tap => Tapped(outputs, tap))];
        foreach (Tensor tap in by.Skip(1))
            tap.retain_grad();
        leaf.grad = null;
        loss.backward(); // unlike autograd.grad, whose faults end the process, it throws
        using var guard = no_grad();
        // Nothing is there where the loss does not depend on it.
        Tensor[] gradients = [.. by.Select(of => (of.grad?.alias() ?? zeros_like(of)).DetachFromDisposeScope())];
        leaf.grad = null;
        var result = new LossGradients(
            HostRead.Item<double>(loss.detach().to(ScalarType.Float64)),
            outputs.Detached(),
            gradients[0],
            gradients[0].mul(all).DetachFromDisposeScope(),
            _taps.Zip(gradients.Skip(1)).ToDictionary(tap => tap.First, tap => tap.Second),
            _network
        );
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>
    /// Hv: the Hessian of the loss on a batch by all weights w, times a direction; exact, by differentiating vᵀ ∂L/∂w once more.
    /// </summary>
    /// <param name="batch">As for <see cref="Of(Batch)"/>.</param>
    /// <param name="direction">v [P] in the layout's order, on any device; it stays the caller's.</param>
    /// <returns>[P] on the images' device, float32, of float64 images float64; in the caller's dispose scope.</returns>
    /// <exception cref="InputException">As for <see cref="Of(Batch)"/>; or the direction has another shape.</exception>
    public Tensor HessianProduct(Batch batch, Tensor direction)
    {
        if (direction.dim() != 1 || direction.shape[0] != _layout.Length)
            throw new InputException(
                $"A direction of shape [{string.Join(", ", direction.shape)}] was given; expected [{_layout.Length}]."
            );
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        (_, ScalarType type, _, Tensor leaf, Tensor statistics) = Buffers(batch);
        using NodeArrays arrays = NodeArrays.Of(_layout, leaf, leaf.to(type), statistics);
        (_, Tensor loss) = Forward(arrays, batch, byActivations: false);
        leaf.grad = null;
        loss.backward(retain_graph: true); // on trial: a fault in the next call would end the process
        Tensor slope = autograd.grad([loss], [leaf], retain_graph: true, create_graph: true)[0];
        leaf.grad = null;
        Tensor along = slope.mul(direction.detach().to(leaf.dtype, leaf.device)).sum();
        if (along.requires_grad) // the slope of a loss that is linear in the weights no longer depends on them
            along.backward();
        Tensor product = (leaf.grad ?? zeros_like(leaf)).detach();
        leaf.grad = null;
        GC.KeepAlive(this);
        return product.MoveToOuterDisposeScope();
    }

    private (Activations Outputs, Tensor Loss) Forward(NodeArrays arrays, Batch batch, bool byActivations)
    {
        var taps = new Dictionary<int, Tensor>();
        Tensor images = batch.Images.detach();
        if (byActivations)
            images.requires_grad_(true); // then whatever is computed of them has a gradient, also before the first weights
        Tensor logits = _pass.Run(arrays, images, NormalizesByBatch, (node, output) => taps[node] = output);
        var outputs = new Activations(_network, logits, taps);
        Tensor loss = Loss(outputs, batch.Labels);
        if (loss.numel() != 1)
            throw new InputException($"The loss has the shape [{string.Join(", ", loss.shape)}]; expected one number.");
        if (!loss.requires_grad)
            throw new InputException("The loss does not depend on the network's weights; expected one that is computed from its outputs.");
        return (outputs, loss.view([]));
    }

    /// <summary>θ, and w as a leaf, where and as the images are.</summary>
    private (Device Device, ScalarType Type, Tensor All, Tensor Leaf, Tensor Statistics) Buffers(Batch batch)
    {
        if (_isDisposed)
            throw new ObjectDisposedException(nameof(Differentiation), $"The differentiation of {_network} was disposed of.");
        (Device device, ScalarType type) = (batch.Images.device, batch.Images.dtype);
        if (_buffers is { } known && known.Device.ToString() == device.ToString() && known.Type == type)
            return known;
        Forget();
        using var guard = no_grad();
        ScalarType master = type == ScalarType.Float64 ? type : ScalarType.Float32;
        Tensor all = _weights.Values.to(master, device, copy: true),
            leaf = _pruned is null ? all.clone() : all.masked_fill(_pruned.to(device), Held.Zero);
        _buffers = (
            device,
            type,
            all.DetachFromDisposeScope(),
            leaf.requires_grad_(true).DetachFromDisposeScope(),
            _weights.Statistics.to(master, device, copy: true).DetachFromDisposeScope()
        );
        return _buffers.Value;
    }

    private Tensor Tapped(Activations outputs, int tap) => outputs[_network.Nodes[tap].Name];

    private void Forget()
    {
        if (_buffers is not { } known)
            return;
        foreach (Tensor buffer in new[] { known.All, known.Leaf, known.Statistics })
            buffer.Dispose();
        _buffers = null;
    }

    /// <summary>Frees its copies.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Forget();
        _weights.Dispose();
        _pruned?.Dispose();
    }
}

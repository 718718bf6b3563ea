using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// Flat buffers of a training on its device: values, gradients, momentum, mask [P] and statistics [Q]. Every node's weights are leaf
/// views into them whose gradients are views too, so that one optimizer step is a few tensor operations for the whole network.
/// </summary>
internal sealed class TrainerState : IDisposable
{
    private readonly ParameterLayout _layout;
    private readonly Tensor _gradient;
    private readonly Tensor? _computed, _computedGradient, _factors;

    public TrainerState(WeightSet start, Mask? mask, Precision precision, Device device)
    {
        using var scope = NewDisposeScope();
        _layout = start.Layout;
        Values = start.Values.to(device, copy: true).DetachFromDisposeScope();
        Statistics = start.Statistics.to(device, copy: true).DetachFromDisposeScope();
        Velocity = zeros_like(Values).DetachFromDisposeScope();
        _gradient = zeros_like(Values).DetachFromDisposeScope();
        if (mask is not null)
        {
            start.Layout.MustFit(mask.Layout, "mask");
            _factors = mask.ToFactors(device, ScalarType.Float32).DetachFromDisposeScope();
            Values.masked_fill_(mask.Pruned.to(device), Held.Zero); // not multiplied: a negative weight would become −0
        }
        if (precision == Precision.BFloat16)
        {
            _computed = Values.to(ScalarType.BFloat16).DetachFromDisposeScope();
            _computedGradient = zeros_like(_computed).DetachFromDisposeScope();
        }
        Arrays = NodeArrays.Of(_layout, Values, _computed ?? Values, Statistics);
        foreach (Parameter p in _layout.Network.Parameters)
        {
            Tensor leaf = Arrays.Slot(p)!.requires_grad_(true);
            leaf.grad = _layout.View(NodeArrays.IsNormalisation(p) ? _gradient : _computedGradient ?? _gradient, p);
        }
    }

    public Tensor Values { get; }

    public Tensor Velocity { get; }

    public Tensor Statistics { get; }

    public NodeArrays Arrays { get; }

    /// <summary>Forgets the last step's gradients.</summary>
    public void ZeroGradient()
    {
        _gradient.zero_();
        _computedGradient?.zero_();
    }

    /// <summary>SGD: v ← μv + m ⊙ (g + λθ), θ ← θ − ηv. With the gradient masked, pruned weights and their momentum stay exactly zero.</summary>
    public void Step(double learningRate, double momentum, double weightDecay)
    {
        using var guard = no_grad();
        using Scalar decay = Held.Number(weightDecay), kept = Held.Number(momentum), descent = Held.Number(-learningRate);
        if (_computedGradient is not null) _gradient.PlusInPlace(_computedGradient);
        if (weightDecay != 0) _gradient.add_(Values, alpha: decay);
        if (_factors is not null) _gradient.mul_(_factors);
        Velocity.mul_(kept).PlusInPlace(_gradient);
        Values.add_(Velocity, alpha: descent);
        _computed?.copy_(Values);
    }

    /// <summary>Continues from saved buffers.</summary>
    public void Restore(Tensor values, Tensor velocity, Tensor statistics)
    {
        using var guard = no_grad();
        Values.copy_(values);
        Velocity.copy_(velocity);
        Statistics.copy_(statistics);
        _computed?.copy_(Values);
    }

    /// <summary>A copy of the weights on the CPU.</summary>
    public WeightSet Snapshot() => new(_layout, Values.detach().to(CPU, copy: true), Statistics.detach().to(CPU, copy: true));

    /// <summary>The invariant of sparse training: every pruned weight is exactly zero.</summary>
    /// <exception cref="InvalidOperationException">It is broken: an internal fault.</exception>
    public void CheckMask()
    {
        if (_factors is null) return;
        using var scope = NewDisposeScope();
        if (Values.masked_select(_factors.eq(Held.Zero)).count_nonzero().item<long>() is var count and not 0)
            throw new InvalidOperationException($"{count} pruned weights are not zero");
    }

    public void Dispose()
    {
        Arrays.Dispose();
        foreach (Tensor? buffer in new[] { Values, Velocity, Statistics, _gradient, _computed, _computedGradient, _factors }) buffer?.Dispose();
    }
}

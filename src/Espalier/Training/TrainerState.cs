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
    /// <summary>
    /// Values by which the buffers are moved from where the allocator put them: tests show that no bit depends on where they lie.
    /// </summary>
    internal static readonly AsyncLocal<int> Displacement = new();

    private readonly ParameterLayout _layout;
    private readonly Tensor _gradient;
    private readonly Tensor? _computed,
        _computedGradient,
        _factors,
        _scales;
    private readonly Mask? _first;

    public TrainerState(WeightSet start, Mask? mask, Precision precision, Device device, bool scaleGradients = false)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        _layout = start.Layout;
        Values = Buffer(start.Values.shape[0], ScalarType.Float32, device).copy_(start.Values);
        Statistics = Buffer(start.Statistics.shape[0], ScalarType.Float32, device).copy_(start.Statistics);
        Velocity = Buffer(start.Values.shape[0], ScalarType.Float32, device);
        _gradient = Buffer(start.Values.shape[0], ScalarType.Float32, device);
        if (mask is not null)
        {
            start.Layout.MustFit(mask.Layout, "mask");
            _factors = mask.ToFactors(device, ScalarType.Float32).DetachFromDisposeScope();
            if (scaleGradients)
                _scales = GradientScaling.Factors(mask).to(device).DetachFromDisposeScope();
            Values.masked_fill_(mask.Pruned.to(device), Held.Zero); // not multiplied: a negative weight would become −0
            Mask = _first = mask;
        }
        if (precision == Precision.BFloat16)
        {
            _computed = Buffer(Values.shape[0], ScalarType.BFloat16, device).copy_(Values);
            _computedGradient = Buffer(Values.shape[0], ScalarType.BFloat16, device);
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

    /// <summary>In force now; null for dense training.</summary>
    public Mask? Mask { get; private set; }

    /// <summary>Forgets the last step's gradients.</summary>
    public void ZeroGradient()
    {
        _gradient.zero_();
        _computedGradient?.zero_();
    }

    /// <summary>Gradient of the loss by all values, pruned ones too [P]. Once a backward pass; a step asks for it itself.</summary>
    public Tensor LossGradient()
    {
        using var guard = no_grad();
        return _computedGradient is null ? _gradient : _gradient.PlusInPlace(_computedGradient);
    }

    /// <summary>
    /// SGD: v ← μv + m ⊙ (g + λθ), θ ← θ − ηv. With the gradient masked, pruned weights and their momentum stay exactly zero.
    /// </summary>
    public void Step(double learningRate, double momentum, double weightDecay)
    {
        using var guard = no_grad();
        using Scalar decay = Held.Number(weightDecay),
            kept = Held.Number(momentum),
            descent = Held.Number(-learningRate);
        LossGradient();
        if (_scales is not null)
            _gradient.mul_(_scales);
        if (weightDecay != 0)
            _gradient.add_(Values, alpha: decay);
        if (_factors is not null)
            _gradient.mul_(_factors);
        Velocity.mul_(kept).PlusInPlace(_gradient);
        Values.add_(Velocity, alpha: descent);
        _computed?.copy_(Values);
    }

    /// <summary>
    /// Puts another mask in force. What it prunes loses weight and momentum; what it prunes no longer has had none of either, and starts
    /// from zero.
    /// </summary>
    /// <param name="mask">Owned from here on.</param>
    public void Change(Mask mask)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor pruned = mask.Pruned.to(Values.device);
        Values.masked_fill_(pruned, Held.Zero);
        Velocity.masked_fill_(pruned, Held.Zero);
        _factors!.copy_(pruned.logical_not());
        _scales?.copy_(GradientScaling.Factors(mask));
        _computed?.copy_(Values);
        if (Mask != _first)
            Mask!.Dispose();
        Mask = mask;
    }

    /// <summary>Continues from saved buffers.</summary>
    /// <param name="values">[P].</param>
    /// <param name="velocity">[P].</param>
    /// <param name="statistics">[Q].</param>
    /// <param name="mask">In force then, if it changes; owned from here on.</param>
    public void Restore(Tensor values, Tensor velocity, Tensor statistics, Mask? mask = null)
    {
        using var guard = no_grad();
        if (mask is not null)
            Change(mask);
        Values.copy_(values);
        Velocity.copy_(velocity);
        Statistics.copy_(statistics);
        _computed?.copy_(Values);
    }

    /// <summary>A copy of the weights on the CPU.</summary>
    public WeightSet Snapshot() => new(_layout, Values.detach().to(CPU, copy: true), Statistics.detach().to(CPU, copy: true));

    /// <summary>The invariant of sparse training: every pruned weight is exactly zero, and as many are kept as a schedule says.</summary>
    /// <param name="kept">By the schedule; null where the mask does not change.</param>
    /// <exception cref="InvalidOperationException">It is broken: an internal fault.</exception>
    public void CheckMask(long? kept = null)
    {
        if (_factors is null)
            return;
        using var scope = NewDisposeScope();
        if (Values.masked_select(_factors.eq(Held.Zero)).count_nonzero().item<long>() is var count and not 0)
            throw new InvalidOperationException($"{count} pruned weights are not zero");
        if (kept is not null && Mask!.KeptCount != kept)
            throw new InvalidOperationException($"{Mask.KeptCount} weights are kept, by schedule {kept}");
    }

    private static Tensor Buffer(long length, ScalarType type, Device device) =>
        zeros(Displacement.Value + length, type, device).narrow(0, Displacement.Value, length).DetachFromDisposeScope();

    public void Dispose()
    {
        Arrays.Dispose();
        if (Mask != _first)
            Mask!.Dispose();
        foreach (Tensor? buffer in new[] { Values, Velocity, Statistics, _gradient, _computed, _computedGradient, _factors, _scales })
            buffer?.Dispose();
    }
}

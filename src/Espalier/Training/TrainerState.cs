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
    private readonly Mask? _first;

    /// <param name="start">Weights that it begins with.</param>
    /// <param name="mask">In force at first; null for dense training.</param>
    /// <param name="options">Precision, scaling of gradients, Sign-In.</param>
    /// <param name="device">Where it computes.</param>
    public TrainerState(WeightSet start, Mask? mask, TrainingOptions options, Device device)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        _layout = start.Layout;
        Values = Buffer(start.Values.shape[0], ScalarType.Float32, device).copy_(start.Values);
        Statistics = Buffer(start.Statistics.shape[0], ScalarType.Float32, device).copy_(start.Statistics);
        Velocity = Buffer(start.Values.shape[0], ScalarType.Float32, device);
        Gradient = Buffer(start.Values.shape[0], ScalarType.Float32, device);
        if (mask is not null)
        {
            start.Layout.MustFit(mask.Layout, "mask");
            Factors = mask.ToFactors(device, ScalarType.Float32).DetachFromDisposeScope();
            if (options.ScaleGradients)
                Scales = GradientScaling.Factors(mask).to(device).DetachFromDisposeScope();
            Values.masked_fill_(mask.Pruned.to(device), Held.Zero); // not multiplied: a negative weight would become −0
            Mask = _first = mask;
        }
        if (options.SignIn is { } signIn)
            SignIn = new SignInFactors(signIn, _layout, Values, Factors);
        if (options.Precision == Precision.BFloat16)
        {
            Computed = Buffer(Values.shape[0], ScalarType.BFloat16, device).copy_(Values);
            ComputedGradient = Buffer(Values.shape[0], ScalarType.BFloat16, device);
        }
        Arrays = NodeArrays.Of(_layout, Values, Computed ?? Values, Statistics);
        foreach (Parameter p in _layout.Network.Parameters)
        {
            Tensor leaf = Arrays.Slot(p)!.requires_grad_(true);
            leaf.grad = _layout.View(NodeArrays.IsNormalisation(p) ? Gradient : ComputedGradient ?? Gradient, p);
        }
    }

    /// <summary>θ, float32 [P].</summary>
    public Tensor Values { get; }

    /// <summary>Momentum of SGD, float32 [P].</summary>
    public Tensor Velocity { get; }

    /// <summary>Running means and variances, float32 [Q].</summary>
    public Tensor Statistics { get; }

    /// <summary>
    /// Float32 [P]: the gradient of the loss once it is reduced; after a backward pass in bfloat16, that of normalisations alone.
    /// </summary>
    public Tensor Gradient { get; }

    /// <summary>θ as activations are computed with it, bfloat16 [P]; null where that is <see cref="Values"/> itself.</summary>
    public Tensor? Computed { get; }

    /// <summary>Gradient by <see cref="Computed"/>, bfloat16 [P]; null likewise.</summary>
    public Tensor? ComputedGradient { get; }

    /// <summary>1 where kept and 0 where pruned, float32 [P]; null for dense training.</summary>
    public Tensor? Factors { get; }

    /// <summary>What gradients are scaled by, float32 [P] (<see cref="GradientScaling"/>); null where they are not.</summary>
    public Tensor? Scales { get; }

    /// <summary>The factors that θ is the product of; null unless Sign-In trains them.</summary>
    public SignInFactors? SignIn { get; }

    /// <summary>Views of every node's arrays.</summary>
    public NodeArrays Arrays { get; }

    /// <summary>In force now; null for dense training.</summary>
    public Mask? Mask { get; private set; }

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
        Factors!.copy_(pruned.logical_not());
        Scales?.copy_(GradientScaling.Factors(mask));
        SignIn?.Change(Mask!.Pruned.to(Values.device), pruned);
        Computed?.copy_(Values);
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
        Computed?.copy_(Values);
    }

    /// <summary>A copy of the weights on the CPU.</summary>
    public WeightSet Snapshot() => new(_layout, Values.detach().to(CPU, copy: true), Statistics.detach().to(CPU, copy: true));

    /// <summary>The invariant of sparse training: every pruned weight is exactly zero, and as many are kept as a schedule says.</summary>
    /// <param name="kept">By the schedule; null where the mask does not change.</param>
    /// <exception cref="InvalidOperationException">It is broken: an internal fault.</exception>
    public void CheckMask(long? kept = null)
    {
        if (Factors is null)
            return;
        using var scope = NewDisposeScope();
        if (Values.masked_select(Factors.eq(Held.Zero)).count_nonzero().item<long>() is var count and not 0)
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
        foreach (Tensor? buffer in new[] { Values, Velocity, Statistics, Gradient, Computed, ComputedGradient, Factors, Scales })
            buffer?.Dispose();
        SignIn?.Dispose();
    }
}

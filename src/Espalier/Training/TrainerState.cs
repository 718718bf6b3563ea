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
    private readonly MaskInForce? _mask; // null for dense training

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
            _mask = new MaskInForce(mask, options.ScaleGradients, device);
            Values.masked_fill_(_mask.Pruned, Held.Zero); // not multiplied: a negative weight would become −0
        }
        if (options.SignIn is { } signIn)
            SignIn = new SignInFactors(signIn, _layout, Values, Factors);
        if (options.AdamW is { } adamW)
            AdamW = new AdamWMoments(adamW, Values);
        if (options.EmaDecay > 0)
            Average = new MovingAverage(options.EmaDecay, Values, Statistics);
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

    /// <summary>Momentum of SGD, or AdamW's mean gradient, float32 [P].</summary>
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

    /// <summary>
    /// −η on the device, float32 [1], for steps that are recorded: there a number of the host's would be the same in all of them. Null
    /// where none are.
    /// </summary>
    public Tensor? Descent { get; private set; }

    /// <summary>Brings gradients to <see cref="Gradient"/>, likewise; where null, they are added there by the backward pass.</summary>
    public GatheredGradient? Gathered { get; private set; }

    /// <summary>1 where kept and 0 where pruned, float32 [P]; null for dense training.</summary>
    public Tensor? Factors => _mask?.Factors;

    /// <summary>What gradients are scaled by, float32 [P] (<see cref="GradientScaling"/>); null where they are not.</summary>
    public Tensor? Scales => _mask?.Scales;

    /// <summary>The factors that θ is the product of; null unless Sign-In trains them.</summary>
    public SignInFactors? SignIn { get; }

    /// <summary>What AdamW carries beside <see cref="Velocity"/>; null unless it trains.</summary>
    public AdamWMoments? AdamW { get; }

    /// <summary>The moving average of weights and statistics; null where none is kept.</summary>
    public MovingAverage? Average { get; }

    /// <summary>Views of every node's arrays.</summary>
    public NodeArrays Arrays { get; }

    /// <summary>Bool [P], where pruned now; null for dense training.</summary>
    public Tensor? Pruned => _mask?.Pruned;

    /// <summary>The mask that it began with; null for dense training.</summary>
    public Mask? First => _mask?.First;

    /// <summary>In force now, on the host: read from the device if it has changed there. Null for dense training.</summary>
    public Mask? Mask => _mask?.Mask;

    /// <summary>What a step writes and the next one reads, without Sign-In.</summary>
    public IEnumerable<Tensor> Carried =>
        new[] { Values, Velocity, Statistics, Computed, AdamW?.Second, Average?.Values, Average?.Statistics }.OfType<Tensor>();

    /// <summary>
    /// From now on every step reads its learning rate from the device, and takes as few kernels as it can: what they add in another order
    /// are zeros.
    /// </summary>
    public void PrepareToRecord()
    {
        Descent = zeros(1, ScalarType.Float32, Values.device).DetachFromDisposeScope();
        Gathered = new GatheredGradient(_layout, Arrays, Gradient);
    }

    /// <summary>Puts another mask in force.</summary>
    /// <param name="mask">Owned from here on.</param>
    public void Change(Mask mask)
    {
        using var scope = NewDisposeScope();
        Change(Upload.To(mask.Pruned, Values.device), null, mask);
    }

    /// <summary>
    /// The same on the device. What it prunes loses weight and momentum; what it prunes no longer has had none of either, and starts from
    /// zero.
    /// </summary>
    /// <param name="pruned">Bool [P]; copied.</param>
    /// <param name="broken">What could not be ranked to choose it, int64 []; null for nothing.</param>
    public void Change(Tensor pruned, Tensor? broken = null) => Change(pruned, broken, null);

    private void Change(Tensor pruned, Tensor? broken, Mask? known)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        SignIn?.Change(_mask!.Pruned, pruned);
        _mask!.Change(pruned, broken, known);
        Values.masked_fill_(_mask.Pruned, Held.Zero);
        Velocity.masked_fill_(_mask.Pruned, Held.Zero);
        AdamW?.Second.masked_fill_(_mask.Pruned, Held.Zero);
        Average?.Forget(_mask.Pruned);
        Computed?.copy_(Values);
    }

    /// <summary>Takes all momentum away.</summary>
    public void Rest()
    {
        Velocity.zero_();
        SignIn?.VelocityOfM.zero_();
        AdamW?.Rest();
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
    public WeightSet Snapshot() => new(_layout, HostRead.Copy(Values), HostRead.Copy(Statistics));

    /// <summary>The moving average's arrays as activations are computed with them; null where none is kept. The caller disposes
    /// them.</summary>
    public NodeArrays? ArraysOfAverage()
    {
        if (Average is not { } average)
            return null;
        using var scope = NewDisposeScope();
        return NodeArrays.Of(_layout, average.Values, average.Values.to(Computed?.dtype ?? ScalarType.Float32), average.Statistics);
    }

    /// <summary>Holds pruned weights to zero and the mask to its schedule; nothing for dense training.</summary>
    /// <inheritdoc cref="MaskInForce.Check" path="/param[@name='kept']|/exception"/>
    public void CheckMask(long? kept = null) => _mask?.Check(Values, kept);

    private static Tensor Buffer(long length, ScalarType type, Device device) =>
        zeros(Displacement.Value + length, type, device).narrow(0, Displacement.Value, length).DetachFromDisposeScope();

    public void Dispose()
    {
        Arrays.Dispose();
        foreach (Tensor? buffer in new[] { Values, Velocity, Statistics, Gradient, Computed, ComputedGradient, Descent })
            buffer?.Dispose();
        _mask?.Dispose();
        SignIn?.Dispose();
        AdamW?.Dispose();
        Average?.Dispose();
        Gathered?.Dispose();
    }
}

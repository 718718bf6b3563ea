using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Runtime.Recording;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// One step of a training: gradient, reduction, update, and now and then a change of the mask. The first three read and write buffers of
/// <see cref="State"/> alone.
/// </summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly GradientPass _gradient;
    private readonly GradientReduction _reduction;
    private readonly HamStep? _ham;
    private readonly SgdUpdate _update;
    private readonly RecordedStep? _recorded;

    /// <param name="start">Weights that it begins with.</param>
    /// <param name="mask">In force at first; null for dense training.</param>
    /// <param name="options">Precision, momentum, weight decay, and what else is done to gradients and weights.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="recorder">Records steps of whole batches, which are then told the device at once; null to tell it every time. Sign-In,
    /// which carries more from step to step, is not recorded.</param>
    /// <param name="ranks">Who computes the other parts of every batch; null for nobody. With them, nothing is recorded.</param>
    public TrainingStep(
        WeightSet start,
        Mask? mask,
        TrainingOptions options,
        Device device,
        IRecorder? recorder = null,
        ICollective? ranks = null
    )
    {
        State = new TrainerState(start, mask, options, device);
        Pass = new ForwardPass(start.Network)
        {
            Synchronized = options.SyncBatchNorm && ranks is { Size: > 1 } ? new SynchronizedBatchNorm(ranks) : null,
        };
        _gradient = new GradientPass(Pass, State, options.LabelSmoothing);
        _reduction = new GradientReduction(State, ranks);
        _ham = options.Ham is { } ham ? new HamStep(ham, start.Layout, device) : null;
        _update = new SgdUpdate(State, options.Momentum, options.WeightDecay, options.Nesterov, _ham);
        if (recorder is null || ranks is { Size: > 1 } || State.SignIn is not null)
            return;
        State.PrepareToRecord();
        _recorded = new RecordedStep(recorder, State, options.BatchSize, (batch, totals) => Compute(batch, 0, totals));
    }

    public TrainerState State { get; }

    public ForwardPass Pass { get; }

    /// <summary>Done before an epoch, counted from 0.</summary>
    public void Begin(int epoch)
    {
        if (State.SignIn is { } factors && factors.IsDue(epoch))
            factors.Balance(State.Values, State.Factors);
    }

    /// <param name="batch">Images [N, C, H, W] and labels [N].</param>
    /// <param name="learningRate">In force at this step.</param>
    /// <param name="totals">Gets the batch's loss and correct answers.</param>
    /// <param name="due">A change of the mask in this step, after its update of the weights or instead of it.</param>
    /// <param name="alpha">Interpolates normalisations in this step; null for none.</param>
    public void Run(Batch batch, double learningRate, Totals? totals, DueUpdate? due = null, double? alpha = null)
    {
        if (State.Descent is { } descent)
            descent.FillWith(-learningRate);
        if (due is not { Rule.TakesStep: true })
            _update.Tell(learningRate);
        bool isUsual = due is null && alpha is null && totals is not null;
        if (!isUsual || _recorded?.Run(batch, totals!) != true)
            Compute(batch, learningRate, totals, due, alpha);
        totals?.Count(batch.Whole);
    }

    /// <param name="batch">As for <see cref="Run"/>.</param>
    /// <param name="learningRate">Unless the device has it.</param>
    /// <param name="totals">Not told how many images there were.</param>
    /// <param name="due">As for <see cref="Run"/>.</param>
    /// <param name="alpha">As for <see cref="Run"/>.</param>
    private void Compute(Batch batch, double learningRate, Totals? totals, DueUpdate? due = null, double? alpha = null)
    {
        using var scope = NewDisposeScope();
        (Tensor loss, Tensor logits) = _gradient.Run(batch, alpha);
        _reduction.Run();
        if (due is not { Rule.TakesStep: true })
            _update.Run(learningRate);
        if (due is { } change)
            Change(change);
        State.Average?.Step(State.Values, State.Statistics);
        using Scalar images = Held.Number((long)batch.Count);
        totals?.Sum(loss.detach().mul(images), logits, batch.Labels);
    }

    private void Change(DueUpdate change)
    {
        using var guard = no_grad();
        if (change.Rule.ResetsMomentum(change.Step, change.Steps))
            State.Rest();
        Tensor? gradient = change.Rule.TakesStep ? State.Gradient : null;
        if (change.Rule is IDeviceMaskUpdate rule)
        {
            (Tensor pruned, Tensor broken) = rule.Next(
                new DeviceMoment(State.First!, State.Pruned!, State.Values.detach(), gradient, change.Step, change.Steps, change.Random)
            );
            State.Change(pruned, broken);
            return;
        }
        // Copies: a rule that writes to them changes nothing but what it sees itself.
        gradient = gradient is null ? null : HostRead.Copy(gradient);
        Tensor values = HostRead.Copy(State.Values);
        State.Change(change.Rule.Next(new MaskMoment(State.Mask!, values, gradient, change.Step, change.Steps, change.Random)));
    }

    public void Dispose()
    {
        _recorded?.Dispose();
        Pass.Synchronized?.Dispose();
        State.Dispose();
        _ham?.Dispose();
    }
}

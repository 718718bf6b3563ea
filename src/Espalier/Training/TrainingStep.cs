using Espalier.Data;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Training;

/// <summary>One step of SGD: forward, loss, backward, update.</summary>
internal sealed class TrainingStep(WeightSet start, Mask? mask, TrainingOptions options, Device device) : IDisposable
{
    public TrainerState State { get; } = new(start, mask, options.Precision, device, options.ScaleGradients);

    public ForwardPass Pass { get; } = new(start.Network);

    /// <param name="batch">Images and labels.</param>
    /// <param name="learningRate">In force at this step.</param>
    /// <param name="totals">Gets the batch's loss and correct answers.</param>
    /// <param name="due">A change of the mask in this step, after its update of the weights or instead of it.</param>
    public void Run(Batch batch, double learningRate, Totals? totals, DueUpdate? due = null)
    {
        using var scope = NewDisposeScope();
        State.ZeroGradient();
        Tensor logits = Pass.Run(State.Arrays, batch.Images, training: true);
        Tensor loss = Functional.cross_entropy(logits, batch.Labels);
        loss.backward();
        if (due is not { Rule.TakesStep: true })
            State.Step(learningRate, options.Momentum, options.WeightDecay);
        if (due is { } update)
            State.Change(Next(update));
        using Scalar images = Held.Number(batch.Labels.shape[0]);
        totals?.Add(loss.detach().mul(images), logits, batch.Labels);
    }

    private Mask Next(DueUpdate update)
    {
        using var guard = no_grad();
        // Copies: a rule that writes to them changes nothing but what it sees itself.
        Tensor? gradient = update.Rule.TakesStep ? State.LossGradient().to(CPU, copy: true) : null;
        Tensor values = State.Values.detach().to(CPU, copy: true);
        return update.Rule.Next(new MaskMoment(State.Mask!, values, gradient, update.Step, update.Steps, update.Random));
    }

    public void Dispose() => State.Dispose();
}

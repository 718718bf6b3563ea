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
    public TrainerState State { get; } = new(start, mask, options.Precision, device);

    public ForwardPass Pass { get; } = new(start.Network);

    /// <param name="batch">Images and labels.</param>
    /// <param name="learningRate">In force at this step.</param>
    /// <param name="totals">Gets the batch's loss and correct answers.</param>
    public void Run(Batch batch, double learningRate, Totals? totals)
    {
        using var scope = NewDisposeScope();
        State.ZeroGradient();
        Tensor logits = Pass.Run(State.Arrays, batch.Images, training: true);
        Tensor loss = Functional.cross_entropy(logits, batch.Labels);
        loss.backward();
        State.Step(learningRate, options.Momentum, options.WeightDecay);
        using Scalar images = Held.Number(batch.Labels.shape[0]);
        totals?.Add(loss.detach().mul(images), logits, batch.Labels);
    }

    public void Dispose() => State.Dispose();
}

using Espalier.Data;
using Espalier.Execution;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Training;

/// <summary>
/// First part of a step: forward and backward. Leaves the gradient of a batch's mean cross-entropy where each array is computed: that of
/// normalisations in <see cref="TrainerState.Gradient"/>, the others', in bfloat16, in <see cref="TrainerState.ComputedGradient"/>.
/// </summary>
internal sealed class GradientPass(ForwardPass forward, TrainerState state)
{
    /// <summary>Computes them, and updates batch-norm statistics.</summary>
    /// <param name="batch">Images [N, C, H, W] and labels [N].</param>
    /// <returns>Mean loss [], and logits [N, classes], in the caller's dispose scope.</returns>
    public (Tensor Loss, Tensor Logits) Run(Batch batch)
    {
        state.Gradient.zero_();
        state.ComputedGradient?.zero_();
        Tensor logits = forward.Run(state.Arrays, batch.Images, training: true);
        Tensor loss = Functional.cross_entropy(logits, batch.Labels);
        loss.backward();
        return (loss, logits);
    }
}

using Espalier.Data;
using Espalier.Execution;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Training;

/// <summary>
/// First part of a step: forward and backward. Leaves the gradient of a batch's mean cross-entropy where each array is computed: that of
/// normalisations in <see cref="TrainerState.Gradient"/>, the others', in bfloat16, in <see cref="TrainerState.ComputedGradient"/>; or all
/// of them to be gathered.
/// </summary>
/// <param name="forward">Of the network.</param>
/// <param name="state">Its buffers.</param>
/// <param name="labelSmoothing">Share of every label that all classes have alike.</param>
internal sealed class GradientPass(ForwardPass forward, TrainerState state, double labelSmoothing = 0)
{
    private readonly NormalizationInterpolation _normalizations = new(forward.Network, state.Arrays);

    /// <summary>Computes them, and updates batch-norm statistics.</summary>
    /// <param name="batch">Images [N, C, H, W] and labels [N].</param>
    /// <param name="alpha">How far normalisations stand from γ and β towards 1 and 0, in [0, 1]; null: they are as they are.</param>
    /// <returns>Mean loss [], and logits [N, classes], in the caller's dispose scope.</returns>
    public (Tensor Loss, Tensor Logits) Run(Batch batch, double? alpha = null)
    {
        if (state.Gathered is { } gathered)
            gathered.Forget();
        else
        {
            state.Gradient.zero_();
            state.ComputedGradient?.zero_();
        }
        Tensor logits = alpha is { } share ? _normalizations.With(share, Forward) : Forward();
        Tensor loss =
            labelSmoothing == 0
                ? Functional.cross_entropy(logits, batch.Labels)
                : Functional.cross_entropy(logits, batch.Labels, label_smoothing: labelSmoothing);
        // The mean over the whole batch is the sum of the ranks' means, each by its share of the images.
        if (batch.Whole == batch.Count)
            loss.backward();
        else
            loss.Times((double)batch.Count / batch.Whole).backward();
        forward.Synchronized?.EndBackward();
        return (loss, logits);

        Tensor Forward() => forward.Run(state.Arrays, batch.Images, training: true);
    }
}

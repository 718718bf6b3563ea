using Espalier.Collectives;
using Espalier.Runtime;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// Second part of a step: reduce. Sums the parts that a batch's gradient was computed in, once after each backward pass. Here they are
/// those of one device, by number format, and those of all ranks, in one sum.
/// </summary>
internal sealed class GradientReduction(TrainerState state, ICollective? ranks = null)
{
    /// <summary>
    /// Makes <see cref="TrainerState.Gradient"/> the gradient of the loss by all values, pruned ones too, without weight decay: float32
    /// [P].
    /// </summary>
    public void Run()
    {
        using var guard = no_grad();
        if (state.Gathered is { } gathered)
            gathered.Gather();
        else if (state.ComputedGradient is { } computed)
            state.Gradient.PlusInPlace(computed);
        ranks?.AllReduceSum(state.Gradient);
    }
}

using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// Last part of a step: SGD with momentum, v ← μv + m ⊙ (s ⊙ g + λθ), θ ← θ − ηv. With the gradient masked, pruned weights
/// and their momentum stay exactly zero. With Sign-In the factors of θ are so updated instead; HAM's multiplication follows.
/// </summary>
/// <param name="state">θ, g, v [P]; mask m and scales s [P], where there are any.</param>
/// <param name="momentum">μ.</param>
/// <param name="weightDecay">λ.</param>
/// <param name="ham">What follows every step; null for nothing.</param>
internal sealed class SgdUpdate(TrainerState state, double momentum, double weightDecay, HamStep? ham = null)
{
    /// <summary>Takes it. The gradient is used up: its buffer holds another number afterwards.</summary>
    /// <param name="learningRate">η.</param>
    public void Run(double learningRate)
    {
        using var guard = no_grad();
        if (state.Scales is not null)
            state.Gradient.mul_(state.Scales);
        using Tensor? slope = ham is null ? null : state.Gradient.clone(); // the step uses the gradient up
        if (state.SignIn is { } factors)
            factors.Step(state, momentum, weightDecay, learningRate);
        else
            Step(learningRate);
        ham?.Run(state.Values, slope!, learningRate, state.Descent);
        state.Computed?.copy_(state.Values);
    }

    private void Step(double learningRate)
    {
        using Scalar decay = Held.Number(weightDecay),
            kept = Held.Number(momentum),
            descent = Held.Number(-learningRate);
        Tensor gradient = state.Gradient;
        if (weightDecay != 0)
            gradient.add_(state.Values, alpha: decay);
        if (state.Factors is not null)
            gradient.mul_(state.Factors);
        state.Velocity.mul_(kept).PlusInPlace(gradient);
        if (state.Descent is { } told)
            state.Values.addcmul_(state.Velocity, told, Held.One);
        else
            state.Values.add_(state.Velocity, alpha: descent);
    }
}

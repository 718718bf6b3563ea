using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// Last part of a step: SGD with momentum, d = m ⊙ (s ⊙ g + λθ), v ← μv + d, θ ← θ − ηv, or with Nesterov's
/// θ ← θ − η(d + μv). With the gradient masked, pruned weights and their momentum stay exactly zero. With Sign-In the factors of θ
/// are so updated instead, AdamW takes its own step; HAM's multiplication follows.
/// </summary>
/// <param name="state">θ, g, v [P]; mask m and scales s [P], where there are any.</param>
/// <param name="momentum">μ.</param>
/// <param name="weightDecay">λ.</param>
/// <param name="nesterov">Whether the momentum is Nesterov's.</param>
/// <param name="ham">What follows every step; null for nothing.</param>
internal sealed class SgdUpdate(TrainerState state, double momentum, double weightDecay, bool nesterov = false, HamStep? ham = null)
{
    /// <summary>Before a step, also one that is recorded: what differs from the step before.</summary>
    public void Tell(double learningRate) => state.AdamW?.Tell(learningRate, weightDecay);

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
        else if (state.AdamW is { } moments)
        {
            if (state.Factors is not null)
                state.Gradient.mul_(state.Factors);
            moments.Step(state.Values, state.Gradient, state.Velocity);
        }
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
        Tensor direction = nesterov ? gradient.add_(state.Velocity, alpha: kept) : state.Velocity;
        if (state.Descent is { } told)
            state.Values.addcmul_(direction, told, Held.One);
        else
            state.Values.add_(direction, alpha: descent);
    }
}

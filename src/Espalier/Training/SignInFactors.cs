using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// The factors m and w of Sign-In (<see cref="SignInOptions"/>), float32 [P]: θ = m ⊙ w. Outside weights m is 1 and not trained; where
/// pruned both are zero.
/// </summary>
internal sealed class SignInFactors : IDisposable
{
    private readonly SignInOptions _options;
    private readonly Tensor _weights;

    /// <param name="options">β.</param>
    /// <param name="layout">Says which values are weights.</param>
    /// <param name="values">θ, masked.</param>
    /// <param name="kept">1 where kept; null for dense training.</param>
    public SignInFactors(SignInOptions options, ParameterLayout layout, Tensor values, Tensor? kept)
    {
        (_options, _weights) = (options, WeightPlaces.Of(layout, values.device));
        M = empty_like(values).DetachFromDisposeScope();
        W = empty_like(values).DetachFromDisposeScope();
        VelocityOfM = zeros_like(values).DetachFromDisposeScope();
        Balance(values, kept);
    }

    /// <summary>m.</summary>
    public Tensor M { get; }

    /// <summary>w; its momentum is the training's own.</summary>
    public Tensor W { get; }

    /// <summary>Momentum of m.</summary>
    public Tensor VelocityOfM { get; }

    /// <summary>All that a stopped training needs to go on, by the names that files have for it.</summary>
    public IReadOnlyList<(string Name, Tensor Values)> Buffers =>
        [("sign_in_m", M), ("sign_in_w", W), ("sign_in_velocity_of_m", VelocityOfM)];

    /// <summary>Whether β is set anew before an epoch, counted from 0.</summary>
    public bool IsDue(int epoch) => epoch > 0 && _options.Every > 0 && epoch % _options.Every == 0;

    /// <summary>Makes m² − w² = β: m² = (β + √(β² + 4θ²)) / 2, w = θ / m. θ and momenta stay as they are.</summary>
    /// <param name="values">θ.</param>
    /// <param name="kept">1 where kept; null for dense training.</param>
    public void Balance(Tensor values, Tensor? kept)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        double beta = _options.Beta;
        Tensor theta = values.detach(),
            m = Held.Square(theta).TimesInPlace(4).Plus(beta * beta).sqrt_().Plus(beta).TimesInPlace(0.5).sqrt_();
        using Scalar weight = Held.Number(0.5);
        M.copy_(where(_weights.gt(weight), m, ones_like(m)));
        W.copy_(theta.div(M));
        if (kept is not null)
            M.mul_(kept);
    }

    /// <summary>
    /// After a change of the mask: what is pruned has neither factors nor momentum, what grows begins as m = √β, w = 0.
    /// </summary>
    /// <param name="before">What was pruned: bool [P].</param>
    /// <param name="pruned">What is from now on.</param>
    public void Change(Tensor before, Tensor pruned)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using Scalar fresh = Held.Number(Math.Sqrt(_options.Beta));
        M.masked_fill_(pruned.logical_not().logical_and_(before), fresh);
        foreach (Tensor buffer in new[] { M, W, VelocityOfM })
            buffer.masked_fill_(pruned, Held.Zero);
    }

    /// <summary>SGD of both factors by ∂L/∂m = g ⊙ w and ∂L/∂w = g ⊙ m; then θ = m ⊙ w.</summary>
    /// <param name="state">θ, the gradient g, which is used up, and w's momentum.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="learningRate">η.</param>
    public void Step(TrainerState state, double momentum, double weightDecay, double learningRate)
    {
        using var scope = NewDisposeScope();
        using Scalar decay = Held.Number(weightDecay),
            kept = Held.Number(momentum),
            descent = Held.Number(-learningRate);
        Tensor ofW = state.Gradient,
            ofM = ofW.mul(W).add_(M, decay).mul_(_weights);
        ofW.mul_(M).add_(W, decay);
        if (state.Factors is not null)
        {
            ofM.mul_(state.Factors);
            ofW.mul_(state.Factors);
        }
        M.add_(VelocityOfM.mul_(kept).PlusInPlace(ofM), descent);
        W.add_(state.Velocity.mul_(kept).PlusInPlace(ofW), descent);
        state.Values.copy_(M).mul_(W);
    }

    public void Dispose()
    {
        foreach (Tensor buffer in new[] { _weights, M, W, VelocityOfM })
            buffer.Dispose();
    }
}

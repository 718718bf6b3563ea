using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// What AdamW carries from step to step (<see cref="AdamWOptions"/>): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// and with t updates done θ ← (1 − ηλ)θ − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε). With g masked, pruned
/// weights and both their moments stay exactly zero. m lies in the training's momentum.
/// </summary>
internal sealed class AdamWMoments : IDisposable
{
    private readonly AdamWOptions _options;
    private readonly Tensor _kept, // float32 [1]: 1 − ηλ
        _descent, // −η/(1 − β₁ᵗ)
        _root, // √(1 − β₂ᵗ)
        _epsilon; // ε

    /// <param name="options">β and ε.</param>
    /// <param name="values">θ: its size and device.</param>
    public AdamWMoments(AdamWOptions options, Tensor values)
    {
        _options = options;
        Second = zeros_like(values).DetachFromDisposeScope();
        (_kept, _descent, _root, _epsilon) = (Number(), Number(), Number(), Number());
        _epsilon.FillWith(options.Epsilon);

        Tensor Number() => zeros(1, ScalarType.Float32, values.device).DetachFromDisposeScope();
    }

    /// <summary>v, float32 [P].</summary>
    public Tensor Second { get; }

    /// <summary>t, updates done since the moments were zero.</summary>
    public long Updates { get; set; }

    /// <summary>
    /// Counts an update, and brings what differs from one to the next to the device: also where the update itself is recorded.
    /// </summary>
    /// <param name="learningRate">η.</param>
    /// <param name="weightDecay">λ.</param>
    public void Tell(double learningRate, double weightDecay)
    {
        Updates++;
        _kept.FillWith(1 - learningRate * weightDecay);
        _descent.FillWith(-learningRate / (1 - Math.Pow(_options.Beta1, Updates)));
        _root.FillWith(Math.Sqrt(1 - Math.Pow(_options.Beta2, Updates)));
    }

    /// <summary>Takes the update that was told.</summary>
    /// <param name="values">θ [P].</param>
    /// <param name="gradient">g [P], masked.</param>
    /// <param name="first">m [P].</param>
    public void Step(Tensor values, Tensor gradient, Tensor first)
    {
        using var scope = NewDisposeScope();
        using Scalar beta1 = Held.Number(_options.Beta1),
            rest1 = Held.Number(1 - _options.Beta1),
            beta2 = Held.Number(_options.Beta2),
            rest2 = Held.Number(1 - _options.Beta2);
        first.mul_(beta1).add_(gradient, rest1);
        Second.mul_(beta2).addcmul_(gradient, gradient, rest2);
        Tensor direction = first.div(Second.sqrt().div_(_root).add_(_epsilon, Held.One));
        values.mul_(_kept).addcmul_(direction, _descent, Held.One);
    }

    /// <summary>Takes all of it away.</summary>
    public void Rest()
    {
        Second.zero_();
        Updates = 0;
    }

    public void Dispose()
    {
        foreach (Tensor buffer in new[] { Second, _kept, _descent, _root, _epsilon })
            buffer.Dispose();
    }
}

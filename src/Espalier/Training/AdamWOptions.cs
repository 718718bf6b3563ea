namespace Espalier.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019): every value's step is its mean gradient over the root of its mean square, and weight decay acts on
/// the values, not on the gradient. The learning rate and weight decay are the training's; momentum is not used.
/// </summary>
public sealed record AdamWOptions
{
    /// <summary>β₁, of the mean gradient, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂, of its mean square, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, added to the root, more than 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public AdamWOptions Validated()
    {
        foreach ((string name, double beta) in new[] { ("beta1", Beta1), ("beta2", Beta2) })
            if (beta is not (>= 0 and < 1))
                throw new InputException($"AdamW's {name} {beta} is impossible; expected 0 up to less than 1.");
        if (Epsilon is not (> 0 and < 1))
            throw new InputException($"AdamW's epsilon {Epsilon} is impossible; expected more than 0 and less than 1.");
        return this;
    }
}

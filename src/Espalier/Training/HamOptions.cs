namespace Espalier.Training;

/// <summary>
/// HAM, hyperbolic aware minimization (Jacobs et al., ICLR 2026): after every step of SGD each weight is multiplied,
/// w ← w · exp(η (−α sign(w) ∇ − β)). What grows grows faster, what shrinks shrinks faster, and β pulls all towards zero: the
/// bias of a weight written as a product of two, without its slowness near zero.
/// </summary>
/// <remarks>
/// As in the authors' code: η is the learning rate of the step, ∇ the gradient of the loss that the step took, without weight decay and
/// momentum, w the weight after the step; the exponent is held within ±5; and only weights of convolutions and linear layers are
/// multiplied, the classifier's too, not biases or normalisations. Their clipping of norms (weights of 1000, gradients of 20, the latter
/// after the step that used them) is left out. Signs never change by it, and pruned weights stay zero.
/// </remarks>
public sealed record HamOptions
{
    /// <summary>α, how strongly the gradient acts, at least 0. Default 200.</summary>
    public double Alpha { get; init; } = 200;

    /// <summary>β, the pull towards zero, at least 0. Default 1e-3.</summary>
    public double Beta { get; init; } = 1e-3;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public HamOptions Validated()
    {
        foreach ((string name, double value) in new[] { ("alpha", Alpha), ("beta", Beta) })
            if (value is not (>= 0 and < 1e6))
                throw new InputException($"HAM with {name} {value} is impossible; expected at least 0 and less than 1000000.");
        return this;
    }
}

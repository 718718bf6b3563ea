namespace Espalier.Training;

/// <summary>
/// Sign-In (Gadhikar, Jacobs, Zhou and Burkholz, NeurIPS 2025): every weight is trained as a product θ = m · w. In the flow of gradients
/// that multiplies its slope by m² + w² = √(4θ² + β²), where β = m² − w²: a weight passes zero, and takes the other sign, at a
/// speed that does not vanish there.
/// </summary>
/// <remarks>
/// m and w begin, and every few epochs begin again, with m² − w² = β and m &gt; 0, which leaves θ as it is; noise and weight decay
/// wear β down in between. SGD trains both, with momentum and weight decay on each. The weights of convolutions and linear layers are
/// products, biases and normalisations are not.
/// </remarks>
public sealed record SignInOptions
{
    /// <summary>β = m² − w², more than 0. Default 1, the authors'.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>
    /// Epochs from one reset of β to the next; 0 for none. Default 1: the authors' p, of which they say that it is to be chosen.
    /// </summary>
    public int Every { get; init; } = 1;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public SignInOptions Validated()
    {
        if (Beta is not (> 0 and < 1e6))
            throw new InputException($"Sign-In with beta {Beta} is impossible; expected more than 0 and less than 1000000.");
        if (Every is < 0)
            throw new InputException($"Sign-In with a reset every {Counted.Of(Every, "epoch")} is impossible; expected at least 0.");
        return this;
    }
}

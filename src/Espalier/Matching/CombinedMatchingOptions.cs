namespace Espalier.Matching;

/// <summary>How activations and weights are matched together.</summary>
public sealed record CombinedMatchingOptions
{
    /// <summary>Of the activations. Default: all taps of a group, by correlation.</summary>
    public MatchingOptions Activations { get; init; } = new() { Taps = TapChoice.Sum };

    /// <summary>Of the weights. Default: every array divided by its norms.</summary>
    public WeightMatchingOptions Weights { get; init; } = new() { NormalizeArrays = true };

    /// <summary>
    /// λ, what the similarity of one array counts against the mean correlation of one tap; at least 0. 0 is activation matching.
    /// Default 1.
    /// </summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public CombinedMatchingOptions Validated()
    {
        Activations.Validated();
        Weights.Validated();
        return Lambda is >= 0 and < 1e9
            ? this
            : throw new InputException($"A weight λ of {Lambda} for weights against activations is impossible; expected at least 0.");
    }
}

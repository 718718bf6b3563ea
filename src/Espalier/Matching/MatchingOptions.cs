using System.Text.Json.Serialization;
using Espalier.Data;

namespace Espalier.Matching;

/// <summary>How two networks' units are matched by their activations.</summary>
public sealed record MatchingOptions
{
    /// <summary>How many training images both networks see, the first ones; at least 2. Default 10,000.</summary>
    public int Images { get; init; } = 10_000;

    /// <summary>
    /// Null: images as they are, in the order of the set. Otherwise one shuffled epoch of them, changed so, drawn from the stream
    /// <c>match.images</c> of <see cref="Seed"/>, as the released code takes them. Default: null.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // what was matched without it keeps its name
    public Augmentation? Shuffled { get; init; }

    /// <summary>Of the order and the changes of <see cref="Shuffled"/> images. Default 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Seed { get; init; }

    /// <summary>Images per pass through the networks; small ones stay in the cache. Default 100.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Default: correlation.</summary>
    public MatchingScore Score { get; init; } = MatchingScore.Correlation;

    /// <summary>Default: the last.</summary>
    public TapChoice Taps { get; init; } = TapChoice.Last;

    /// <summary>
    /// Added to the product of standard deviations of a correlation, so that nearly constant units score low. Default 1e-4, as in the
    /// paper's code.
    /// </summary>
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>
    /// A unit whose variance is at most this is dead: it scores 0 and is matched to a dead unit where there is one. Default 0.
    /// </summary>
    public double DeadVariance { get; init; }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public MatchingOptions Validated()
    {
        if (Images < 2)
            throw new InputException($"Matching on {Counted.Of(Images, "image")} is impossible; expected at least 2.");
        if (BatchSize < 1)
            throw new InputException($"A matching batch of {Counted.Of(BatchSize, "image")} is impossible; expected at least 1.");
        if (Epsilon is not (>= 0 and < 1e3))
            throw new InputException($"A matching epsilon of {Epsilon} is impossible; expected at least 0 and less than 1000.");
        if (DeadVariance is not (>= 0 and < 1e3))
            throw new InputException($"A dead-unit variance of {DeadVariance} is impossible; expected at least 0 and less than 1000.");
        return this;
    }
}

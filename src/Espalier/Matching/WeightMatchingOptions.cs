using Espalier.Networks;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>How two networks' units are matched by their weights.</summary>
public sealed record WeightMatchingOptions
{
    /// <summary>Which arrays count. Default: all that is trained.</summary>
    public MatchedArrays Arrays { get; init; } = MatchedArrays.Trained;

    /// <summary>Default: signed weights.</summary>
    public WeightCriterion Criterion { get; init; } = WeightCriterion.Signed;

    /// <summary>
    /// Divides every array's inner product by the norms of its two sides, so that each array adds at most 1. Default: no, as in Git
    /// Re-Basin.
    /// </summary>
    public bool NormalizeArrays { get; init; }

    /// <summary>
    /// Sweeps over all groups at most; at least 1. It usually stops after fewer than 20, when no group improves. Default 100.
    /// </summary>
    public int MaxSweeps { get; init; } = 100;

    /// <summary>
    /// How often to descend, each time with other random orders of the groups; the best objective wins. At least 1. Default 1.
    /// </summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Seed of the order of the groups. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Whether an array counts.</summary>
    /// <param name="p">The array.</param>
    /// <param name="mask">A's; null if it is not masked.</param>
    internal bool Counts(Parameter p, Mask? mask) =>
        Arrays.HasFlag(ArraysOf(p))
        && (Criterion != WeightCriterion.Signs || (mask is null ? p.IsWeight : mask.Prunable.Any(array => array.Name == p.Name)));

    private static MatchedArrays ArraysOf(Parameter p) =>
        p.Kind switch
        {
            ParameterKind.ConvWeight or ParameterKind.LinearWeight or ParameterKind.ConvTransposeWeight => MatchedArrays.Weights,
            ParameterKind.Bias or ParameterKind.Embedding => MatchedArrays.Biases,
            ParameterKind.NormWeight or ParameterKind.NormBias => MatchedArrays.Normalisations,
            _ => MatchedArrays.Statistics,
        };

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public WeightMatchingOptions Validated()
    {
        if (MaxSweeps < 1)
            throw new InputException($"Weight matching in {MaxSweeps} sweeps is impossible; expected at least 1.");
        if (Restarts < 1)
            throw new InputException($"Weight matching with {Restarts} restarts is impossible; expected at least 1.");
        if (Arrays == 0 || (Arrays & ~(MatchedArrays.Trained | MatchedArrays.Statistics)) != 0)
            throw new InputException(
                $"Weight matching on arrays '{Arrays}' is impossible; expected some of weights, biases, normalisations, statistics."
            );
        return this;
    }
}

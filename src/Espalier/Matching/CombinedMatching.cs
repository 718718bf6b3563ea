using Espalier.Data;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>How activations and weights are matched together.</summary>
public sealed record CombinedMatchingOptions
{
    /// <summary>Of the activations. Default: all taps of a group, by correlation.</summary>
    public MatchingOptions Activations { get; init; } = new() { Taps = TapChoice.Sum };

    /// <summary>Of the weights. Default: every array divided by its norms.</summary>
    public WeightMatchingOptions Weights { get; init; } = new() { NormalizeArrays = true };

    /// <summary>
    /// λ, what the similarity of one array counts against the mean correlation of one tap; at least 0. 0 is activation matching. Default 1.
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

/// <summary>
/// Matching on several criteria at once: F(π) = Σ over groups and taps of the mean score of the matched units + λ Σ over arrays of
/// ⟨π(A), B⟩ (with normalised arrays each summand is at most 1), ascended as in <see cref="WeightMatching"/>.
/// </summary>
public static class CombinedMatching
{
    /// <summary>Finds π that aligns A with B.</summary>
    /// <param name="a">The network to permute.</param>
    /// <param name="b">The network to align with.</param>
    /// <param name="images">Plain training images, float32.</param>
    /// <param name="options">Both parts and their balance.</param>
    /// <param name="start">Where to start; null for the activations' own optimum.</param>
    /// <param name="progress">Told the share of images done.</param>
    /// <param name="cancel">Stops early.</param>
    /// <exception cref="InputException">The networks differ in their graphs.</exception>
    public static Match Run(
        WeightSet a,
        WeightSet b,
        BatchSource images,
        CombinedMatchingOptions options,
        Permutation? start = null,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        options.Validated();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        (CrossMoments[][] moments, int seen) = ActivationMatching.Moments(groups, a, b, images, options.Activations, progress, cancel);
        double[][] linear =
        [
            .. groups.Groups.Select(group =>
            {
                double[] scores = GroupAssignment.Scores(moments[group.Index], options.Activations);
                for (int i = 0; i < scores.Length; i++)
                    scores[i] /= group.Units;
                return scores;
            }),
        ];
        Permutation from = start is not null
            ? WeightMatching.StartOn(groups, start)
            : new Permutation(
                groups,
                [.. groups.Groups.Select(group => (IReadOnlyList<int>)LinearAssignment.Maximize(linear[group.Index], group.Units))]
            );
        using var overlap = new WeightOverlap(groups, a, b, options.Weights);
        return new CoordinateDescent(groups, overlap, options.Lambda, linear).Run(from, options.Weights, seen, cancel);
    }
}

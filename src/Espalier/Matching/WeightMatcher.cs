using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>
/// Weight matching by coordinate ascent (Ainsworth et al. 2023, Git Re-Basin, algorithm 1): π maximises Σ ⟨π(A), B⟩ over all arrays,
/// with no data at all. Given A's weights after pruning, θ_A ⊙ m_A, a unit counts by what the mask keeps of it.
/// </summary>
/// <remarks>
/// The result is a local optimum: no change of one group improves it, except that a group along both dimensions of one array (a residual
/// stream that a single layer maps to itself) is only tried with the best of its linear part. The same inputs and seed give the same bits
/// with the same number of threads.
/// </remarks>
/// <param name="options">What counts, and how long to try.</param>
/// <exception cref="InputException">An option is out of range.</exception>
public sealed class WeightMatcher(WeightMatchingOptions options) : IMatcher
{
    private readonly WeightMatchingOptions _options = options.Validated();

    /// <summary>Whether residual streams are cut (<see cref="PermutationGroups.Untied"/>): π is then no symmetry.</summary>
    public bool Untied { get; init; }

    /// <summary>Whether it begins, where no start is given, as <see cref="MatchStart.Sorted"/> says and not at the identity.</summary>
    public bool FromSorted { get; init; }

    /// <inheritdoc/>
    public object Options =>
        Untied || FromSorted
            ? new
            {
                Untied = Untied ? true : (bool?)null,
                FromSorted = FromSorted ? true : (bool?)null,
                Weights = _options,
            }
            : _options;

    /// <inheritdoc/>
    public bool NeedsImages => false;

    /// <inheritdoc/>
    public double Operations(Network network, int images) => MatchingCosts.Ascent(network, _options, Untied);

    /// <inheritdoc/>
    /// <returns>π; group scores given all other groups; <see cref="Matching.Match.Objective"/> grows strictly.</returns>
    /// <exception cref="InputException">
    /// The networks or the start differ in their graphs, or hold values that are not finite.
    /// </exception>
    public Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using WeightSet a = problem.EffectiveA(),
            b = problem.EffectiveB();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network, Untied);
        using var overlap = new WeightOverlap(groups, a, b, _options, problem.MaskA);
        Permutation start = FromSorted && problem.Start is null ? Sorted(groups, overlap) : problem.StartOn(groups);
        return new CoordinateDescent(groups, overlap).Run(start, _options, images: 0, cancel);
    }

    private static Permutation Sorted(PermutationGroups groups, WeightOverlap overlap) =>
        BlockAssignment.Maximize(groups, [.. groups.Groups.Select(group => overlap.ScoresAtBest(group.Index))]);
}

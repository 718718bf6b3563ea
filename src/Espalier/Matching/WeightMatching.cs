using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>
/// Weight matching by coordinate ascent (Ainsworth et al. 2023, Git Re-Basin, algorithm 1): π maximises Σ ⟨π(A), B⟩ over all arrays, with
/// no data at all. Given A's weights after pruning, θ_A ⊙ m_A, a unit counts by what the mask keeps of it.
/// </summary>
/// <remarks>
/// The result is a local optimum: no change of one group improves it, except that a group along both dimensions of one array (a residual
/// stream that a single layer maps to itself) is only tried with the best of its linear part. The same inputs and seed give the same bits
/// with the same number of threads.
/// </remarks>
public static class WeightMatching
{
    /// <summary>Finds π that aligns A with B.</summary>
    /// <param name="a">The network to permute; masked already if it is sparse.</param>
    /// <param name="b">The network to align with, at any point of its training: even its initialization.</param>
    /// <param name="options">What counts, and how long to try.</param>
    /// <param name="start">Where to start, such as an activation match; null for the identity.</param>
    /// <param name="cancel">Stops between groups.</param>
    /// <returns>π; group scores given all other groups; <see cref="Match.Objective"/> grows strictly.</returns>
    /// <exception cref="InputException">The networks or the start differ in their graphs, or hold values that are not finite.</exception>
    public static Match Run(
        WeightSet a,
        WeightSet b,
        WeightMatchingOptions options,
        Permutation? start = null,
        CancellationToken cancel = default
    )
    {
        options.Validated();
        a.Layout.MustFit(b.Layout, "second network");
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        using var overlap = new WeightOverlap(groups, a, b, options);
        return new CoordinateDescent(groups, overlap).Run(StartOn(groups, start), options, images: 0, cancel);
    }

    internal static Permutation StartOn(PermutationGroups groups, Permutation? start) =>
        start is null ? Permutation.Identity(groups)
        : start.Groups.Network.Fingerprint == groups.Network.Fingerprint ? new Permutation(groups, start.Sources)
        : throw new InputException($"The permutation to start from is of {start.Groups.Network}; expected one of {groups.Network}.");
}

using Espalier.Pruning;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>What a search by steps came to.</summary>
/// <param name="Start">The objective where it began.</param>
/// <param name="Reached">Where it ended; never less.</param>
/// <param name="Steps">Steps taken between.</param>
public sealed record Ascent(double Start, double Reached, int Steps);

/// <summary>A permutation found by matching, and how good the match is.</summary>
/// <param name="Permutation">π, such that π(A) is aligned with B.</param>
/// <param name="Groups">One summary a group.</param>
/// <param name="Images">Images that both networks saw; 0 where only weights were compared.</param>
public sealed record Match(Permutation Permutation, IReadOnlyList<GroupMatch> Groups, int Images)
{
    /// <summary>
    /// What a search ascended: at its start and after every step it took, strictly growing; empty where the optimum was solved for at once.
    /// </summary>
    public IReadOnlyList<double> Objective { get; init; } = [];

    /// <summary>Kept weights of π(A) that have B's sign; null where nobody looked.</summary>
    public SignAgreement? Signs { get; init; }

    /// <summary>The same had nothing been permuted.</summary>
    public SignAgreement? IdentitySigns { get; init; }

    /// <summary>
    /// The same match with <see cref="Signs"/> counted: of what the mask keeps of A, or of all weights where there is no mask.
    /// </summary>
    /// <param name="problem">That it solves.</param>
    public Match WithSigns(MatchingProblem problem)
    {
        using WeightSet b = problem.EffectiveB(),
            moved = Permutation.Apply(problem.A);
        using Mask mask = problem.MaskA?.Copy() ?? Mask.Dense(b.Layout, PrunableSet.AllWeights.Of(b.Network)),
            movedMask = Permutation.Apply(mask);
        return this with { Signs = SignAgreement.Of(moved, b, movedMask), IdentitySigns = SignAgreement.Of(problem.A, b, mask) };
    }

    /// <summary>What a search came to; null where the optimum was solved for at once.</summary>
    public Ascent? Ascent => Objective.Count == 0 ? null : new Ascent(Objective[0], Objective[^1], Objective.Count - 1);

    /// <summary>Mean matched score over all units; null for a network that has none to permute.</summary>
    public double? MeanScore => MeanOf(group => group.MeanScore);

    /// <summary>The same had nothing been permuted.</summary>
    public double? IdentityScore => MeanOf(group => group.IdentityScore);

    private double? MeanOf(Func<GroupMatch, double> score) =>
        Groups.Count == 0 ? null : Groups.Sum(g => score(g) * g.Units) / Groups.Sum(g => g.Units);
}

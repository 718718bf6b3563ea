using Espalier.Symmetry;

namespace Espalier.Matching;

/// <summary>A permutation found by matching, and how good the match is.</summary>
/// <param name="Permutation">π, such that π(A) is aligned with B.</param>
/// <param name="Groups">One summary a group.</param>
/// <param name="Images">Images that both networks saw; 0 where only weights were compared.</param>
public sealed record Match(Permutation Permutation, IReadOnlyList<GroupMatch> Groups, int Images)
{
    /// <summary>What a search ascended: at its start and after every step it took, strictly growing; empty where the optimum was solved for at once.</summary>
    public IReadOnlyList<double> Objective { get; init; } = [];

    /// <summary>Mean matched score over all units.</summary>
    public double MeanScore => Groups.Sum(g => g.MeanScore * g.Units) / Groups.Sum(g => g.Units);
}

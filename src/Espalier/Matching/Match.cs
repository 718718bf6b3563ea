using Espalier.Symmetry;

namespace Espalier.Matching;

/// <summary>A permutation found by matching, and how good the match is.</summary>
/// <param name="Permutation">π, such that π(A) is aligned with B.</param>
/// <param name="Groups">One summary a group.</param>
/// <param name="Images">Images that both networks saw.</param>
public sealed record Match(Permutation Permutation, IReadOnlyList<GroupMatch> Groups, int Images)
{
    /// <summary>Mean matched score over all units.</summary>
    public double MeanScore => Groups.Sum(g => g.MeanScore * g.Units) / Groups.Sum(g => g.Units);
}

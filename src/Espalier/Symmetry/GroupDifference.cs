namespace Espalier.Symmetry;

/// <summary>How far two permutations move the units of one group differently.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Units">Its units.</param>
/// <param name="Same">Positions to which both move the same unit.</param>
/// <param name="MovedA">Positions to which A moves another unit than was there.</param>
/// <param name="MovedB">Those of B.</param>
public sealed record GroupDifference(string Group, int Units, int Same, int MovedA, int MovedB)
{
    /// <summary>Share of positions to which both move the same unit.</summary>
    public double Overlap => (double)Same / Units;

    /// <summary>Of two permutations of one network, a group each.</summary>
    public static IReadOnlyList<GroupDifference> Of(Permutation a, Permutation b) =>
        [
            .. a.Groups.Groups.Select(group =>
            {
                IReadOnlyList<int> first = a.Sources[group.Index],
                    second = b.Sources[group.Index];
                return new GroupDifference(
                    group.Name,
                    group.Units,
                    first.Zip(second).Count(pair => pair.First == pair.Second),
                    first.Where((unit, j) => unit != j).Count(),
                    second.Where((unit, j) => unit != j).Count()
                );
            }),
        ];
}

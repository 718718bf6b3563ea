using Espalier.Networks;
using Espalier.Randomness;

namespace Espalier.Symmetry;

/// <summary>
/// Bijections of groups whose units lie in blocks: each block goes to the place of one, its units in any order, and groups of one family
/// move their blocks alike. Closed under composition and inverse.
/// </summary>
internal static class BlockMoves
{
    /// <summary>Refuses bijections that tear blocks apart.</summary>
    /// <exception cref="InputException">They do, or move those of one family differently.</exception>
    public static void MustHold(PermutationGroups groups, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        var orders = new Dictionary<int, (string Name, int[] Order)>();
        foreach (PermutationGroup group in groups.Groups.Where(group => group.Family >= 0))
        {
            IReadOnlyList<int> source = sources[group.Index];
            int size = group.Units / group.Blocks;
            int[] order = [.. Enumerable.Range(0, group.Blocks).Select(block => source[block * size] / size)];
            for (int j = 0; j < source.Count; j++)
                if (source[j] / size != order[j / size])
                    throw new InputException(
                        $"Group '{group.Name}' of the permutation tears blocks of {Counted.Of(size, "unit")} apart: units "
                            + $"{source[j / size * size]} and {source[j]} move to one block."
                    );
            if (!orders.TryAdd(group.Family, (group.Name, order)) && !orders[group.Family].Order.SequenceEqual(order))
                throw new InputException(
                    $"Group '{group.Name}' of the permutation moves its {group.Blocks} blocks in another order than "
                        + $"'{orders[group.Family].Name}'; expected the same."
                );
        }
    }

    /// <summary>Uniformly random ones of every group.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Uniform(PermutationGroups groups, RandomStream random)
    {
        var orders = new Dictionary<int, int[]>();
        return [.. groups.Groups.Select(group => (IReadOnlyList<int>)Draw(group))];

        int[] Draw(PermutationGroup group)
        {
            if (group.Family < 0)
                return [.. random.NextOrder(group.Units)];
            if (!orders.TryGetValue(group.Family, out int[]? order))
                order = orders[group.Family] = [.. random.NextOrder(group.Blocks)];
            int size = group.Units / group.Blocks;
            return [.. order.SelectMany(block => random.NextOrder(size).Select(unit => block * size + unit))];
        }
    }
}

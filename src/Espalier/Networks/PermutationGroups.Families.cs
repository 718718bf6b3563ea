namespace Espalier.Networks;

/// <content>Groups whose units move in blocks.</content>
public sealed partial class PermutationGroups
{
    /// <summary>Groups that are free to move by themselves, each alone, and families of those that move alike, in the groups'
    /// order.</summary>
    internal IReadOnlyList<IReadOnlyList<PermutationGroup>> Movable =>
        [.. Groups.GroupBy(group => group.Family < 0 ? group.Index : Groups.Count + group.Family).Select(family => family.ToArray())];

    private static PermutationGroup InBlocks(PermutationGroup group, BlockStructure? structure, Dictionary<BlockFamily, int> families)
    {
        if (structure is null)
            return group;
        BlockFamily root = structure.Family.Root();
        if (!families.TryGetValue(root, out int family))
            family = families[root] = families.Count;
        return group with { Blocks = structure.Blocks, Family = family };
    }
}

using Espalier.Networks;
using Espalier.Symmetry;

namespace Espalier.Matching;

/// <summary>
/// Assignments of groups that may move alone, and of families whose units lie in blocks that move as wholes: which block of A goes to the
/// place of each of B, and which unit of it to each of its units. Exact: blocks are paired by the best sum that their units reach.
/// </summary>
internal static class BlockAssignment
{
    /// <summary>The best permutation of all groups.</summary>
    /// <param name="groups">Of the network.</param>
    /// <param name="scores">For each group [units of B, units of A].</param>
    public static Permutation Maximize(PermutationGroups groups, IReadOnlyList<double[]> scores)
    {
        var sources = new IReadOnlyList<int>[groups.Groups.Count];
        foreach (IReadOnlyList<PermutationGroup> family in groups.Movable)
        foreach ((PermutationGroup group, int[] source) in family.Zip(Maximize(family, [.. family.Select(g => scores[g.Index])])))
            sources[group.Index] = source;
        return new Permutation(groups, sources);
    }

    /// <summary>The best of one family, or of a group alone.</summary>
    /// <param name="family">Its groups.</param>
    /// <param name="scores">Of each.</param>
    public static int[][] Maximize(IReadOnlyList<PermutationGroup> family, IReadOnlyList<double[]> scores)
    {
        if (family[0].Family < 0)
            return [LinearAssignment.Maximize(scores[0], family[0].Units)];
        int blocks = family[0].Blocks;
        double[] pairs = new double[blocks * blocks];
        int[][][] within = [.. family.Select(_ => new int[blocks * blocks][])];
        for (int pair = 0; pair < pairs.Length; pair++)
        for (int member = 0; member < family.Count; member++)
        {
            double[] part = Part(scores[member], family[member], pair / blocks, pair % blocks);
            within[member][pair] = LinearAssignment.Maximize(part, family[member].Units / blocks);
            pairs[pair] += LinearAssignment.Objective(part, within[member][pair]);
        }
        int[] order = LinearAssignment.Maximize(pairs, blocks);
        return [.. family.Select((group, member) => Joined(group, order, block => within[member][block * blocks + order[block]]))];
    }

    /// <summary>The best of one group whose blocks stay where they are.</summary>
    /// <param name="group">One with blocks.</param>
    /// <param name="scores">Its.</param>
    /// <param name="source">As it is; blocks keep their order in it.</param>
    public static int[] Within(PermutationGroup group, double[] scores, IReadOnlyList<int> source)
    {
        int size = group.Units / group.Blocks;
        int[] order = [.. Enumerable.Range(0, group.Blocks).Select(block => source[block * size] / size)];
        return Joined(group, order, block => LinearAssignment.Maximize(Part(scores, group, block, order[block]), size));
    }

    private static int[] Joined(PermutationGroup group, int[] order, Func<int, int[]> within)
    {
        int size = group.Units / group.Blocks;
        return [.. order.SelectMany((from, block) => within(block).Select(unit => from * size + unit))];
    }

    private static double[] Part(double[] scores, PermutationGroup group, int blockOfB, int blockOfA)
    {
        int size = group.Units / group.Blocks;
        double[] part = new double[size * size];
        for (int j = 0; j < size; j++)
            Array.Copy(scores, (blockOfB * size + j) * group.Units + blockOfA * size, part, j * size, size);
        return part;
    }
}

using Espalier.Networks;

namespace Espalier.Matching;

/// <summary>What ways to find π cost, estimated before they run.</summary>
internal static class MatchingCosts
{
    /// <summary>Sweeps until no group improves: usually fewer than 20.</summary>
    private const int UsualSweeps = 10;

    /// <summary>Floating-point operations of ascents on weights.</summary>
    public static double Ascent(Network network, WeightMatchingOptions options, bool untied = false) =>
        Sweep(network, untied) * Math.Min(UsualSweeps, options.MaxSweeps) * options.Restarts;

    /// <summary>
    /// Floating-point operations of the scores of every group once, and of their assignments: of a group of n units, 2 n a weight of each
    /// array that it is along, and n³.
    /// </summary>
    public static double Sweep(Network network, bool untied = false)
    {
        PermutationGroups groups = PermutationGroups.Of(network, untied);
        double scores = network
            .Parameters.SelectMany(p =>
                groups
                    .AxesOf(p)
                    .OfType<Axis>()
                    .SelectMany(axis => axis.Segments, (axis, part) => (Rows: (double)p.Count / axis.Features * axis.Blocks, part))
            )
            .Where(pair => pair.part.Group >= 0)
            .Sum(pair => 2.0 * pair.part.Units * pair.part.Features * pair.Rows);
        return scores + groups.Groups.Sum(group => Math.Pow(group.Units, 3));
    }
}

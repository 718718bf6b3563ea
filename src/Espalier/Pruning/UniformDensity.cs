using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>Random masks of one density in all layers.</summary>
public static class UniformDensity
{
    /// <summary>
    /// Weights kept of each prunable array: the same share of all, as far as whole numbers allow; they add up to <paramref name="kept"/>
    /// exactly.
    /// </summary>
    /// <param name="prunable">The arrays.</param>
    /// <param name="kept">Weights kept in all, from 1 to their number.</param>
    /// <exception cref="InputException">There are fewer weights than are to be kept.</exception>
    public static IReadOnlyList<long> Counts(IReadOnlyList<Parameter> prunable, long kept)
    {
        long all = ExactCounts.MustHold(prunable, kept);
        return ExactCounts.Rounded([.. prunable.Select(p => (double)kept * p.Count / all)], prunable, kept);
    }

    /// <summary>A uniformly random mask with these densities.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="kept">Weights kept in all of them.</param>
    /// <param name="random">Where the choice comes from.</param>
    public static Mask Random(ParameterLayout layout, IReadOnlyList<Parameter> prunable, long kept, RandomStream random) =>
        RandomMasks.WithCounts(layout, prunable, Counts(prunable, kept), random);
}

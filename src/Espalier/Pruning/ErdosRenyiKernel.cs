using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>
/// Random masks whose layers keep the densities of Erdős-Rényi-Kernel (Mocanu et al. 2018; Evci et al. 2020): the density of a layer is
/// proportional to (n_in + n_out + h + w) / (n_in · n_out · h · w), small layers staying denser.
/// </summary>
public static class ErdosRenyiKernel
{
    /// <summary>Weights kept of each prunable array; they add up to <paramref name="kept"/> exactly.</summary>
    /// <param name="prunable">The arrays.</param>
    /// <param name="kept">Weights kept in all, from 1 to their number.</param>
    /// <exception cref="InputException">There are fewer weights than are to be kept.</exception>
    public static IReadOnlyList<long> Counts(IReadOnlyList<Parameter> prunable, long kept)
    {
        ExactCounts.MustHold(prunable, kept);
        double[] wanted = [.. prunable.Select(p => p.Shape.Sum(size => (double)size))]; // density × weights, up to one factor
        var full = new bool[wanted.Length];
        double Factor() => (kept - prunable.Where((_, i) => full[i]).Sum(p => (double)p.Count)) / wanted.Where((_, i) => !full[i]).Sum();
        // A layer that would need more weights than it has is kept whole, and the others share the rest.
        for (bool changed = true; changed && !full.All(f => f); )
        {
            changed = false;
            double factor = Factor();
            for (int i = 0; i < full.Length; i++)
                if (!full[i] && factor * wanted[i] > prunable[i].Count)
                    changed = full[i] = true;
        }
        double share = full.All(f => f) ? 0 : Factor();
        return ExactCounts.Rounded([.. prunable.Select((p, i) => full[i] ? p.Count : share * wanted[i])], prunable, kept);
    }

    /// <summary>A uniformly random mask with these densities.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="kept">Weights kept in all of them.</param>
    /// <param name="random">Where the choice comes from.</param>
    public static Mask Random(ParameterLayout layout, IReadOnlyList<Parameter> prunable, long kept, RandomStream random) =>
        RandomMasks.WithCounts(layout, prunable, Counts(prunable, kept), random);
}

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
        long all = prunable.Sum(p => (long)p.Count);
        if (kept < 1 || kept > all) throw new InputException($"Cannot keep {kept} weights of {all}; expected 1 to {all}.");
        double[] wanted = [.. prunable.Select(p => p.Shape.Sum(size => (double)size))]; // density × weights, up to one factor
        var full = new bool[wanted.Length];
        double Factor() => (kept - prunable.Where((_, i) => full[i]).Sum(p => (double)p.Count)) / wanted.Where((_, i) => !full[i]).Sum();
        // A layer that would need more weights than it has is kept whole, and the others share the rest.
        for (bool changed = true; changed && !full.All(f => f);)
        {
            changed = false;
            double factor = Factor();
            for (int i = 0; i < full.Length; i++)
                if (!full[i] && factor * wanted[i] > prunable[i].Count) changed = full[i] = true;
        }
        double share = full.All(f => f) ? 0 : Factor();
        return Rounded([.. prunable.Select((p, i) => full[i] ? p.Count : share * wanted[i])], prunable, kept);
    }

    /// <summary>A uniformly random mask with these densities.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="kept">Weights kept in all of them.</param>
    /// <param name="random">Where the choice comes from.</param>
    public static Mask Random(ParameterLayout layout, IReadOnlyList<Parameter> prunable, long kept, RandomStream random) =>
        RandomMasks.WithCounts(layout, prunable, Counts(prunable, kept), random);

    /// <summary>Largest remainders first, so that the total is exact.</summary>
    private static long[] Rounded(double[] exact, IReadOnlyList<Parameter> prunable, long total)
    {
        long[] counts = [.. exact.Select(value => (long)Math.Floor(value))];
        foreach (int i in Enumerable.Range(0, counts.Length).OrderByDescending(i => exact[i] - Math.Floor(exact[i])).ThenBy(i => i))
            if (counts.Sum() < total && counts[i] < prunable[i].Count) counts[i]++;
        // Rounding errors of the factor can leave a few more to give away, or too many.
        for (int i = 0; counts.Sum() != total; i = (i + 1) % counts.Length)
        {
            if (counts.Sum() < total && counts[i] < prunable[i].Count) counts[i]++;
            else if (counts.Sum() > total && counts[i] > 0) counts[i]--;
        }
        return counts;
    }
}

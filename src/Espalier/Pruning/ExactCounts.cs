using Espalier.Networks;

namespace Espalier.Pruning;

/// <summary>Whole numbers of weights that add up.</summary>
internal static class ExactCounts
{
    /// <summary>Refuses impossible numbers.</summary>
    /// <returns>Weights in all arrays.</returns>
    public static long MustHold(IReadOnlyList<Parameter> prunable, long kept)
    {
        long all = prunable.Sum(p => (long)p.Count);
        return kept >= 1 && kept <= all
            ? all
            : throw new InputException($"Cannot keep {Counted.Of(kept, "weight")} of {all}; expected 1 to {all}.");
    }

    /// <summary>Rounds by largest remainders first, so that the total is exact; among equals the first arrays gain.</summary>
    public static long[] Rounded(double[] exact, IReadOnlyList<Parameter> prunable, long total)
    {
        long[] counts = [.. exact.Select(value => (long)Math.Floor(value))];
        foreach (int i in Enumerable.Range(0, counts.Length).OrderByDescending(i => exact[i] - Math.Floor(exact[i])).ThenBy(i => i))
            if (counts.Sum() < total && counts[i] < prunable[i].Count)
                counts[i]++;
        // Rounding errors of the factor can leave a few more to give away, or too many.
        for (int i = 0; counts.Sum() != total; i = (i + 1) % counts.Length)
        {
            if (counts.Sum() < total && counts[i] < prunable[i].Count)
                counts[i]++;
            else if (counts.Sum() > total && counts[i] > 0)
                counts[i]--;
        }
        return counts;
    }
}

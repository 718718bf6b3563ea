using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Unstructured pruning by any score, each array by itself.</summary>
public static class LayerScores
{
    /// <summary>
    /// Keeps exactly <paramref name="kept"/> weights, every array the same share of what it keeps now, rounded by largest remainders: those
    /// of the array's largest scores, and among equals those that come first in the flat layout.
    /// </summary>
    /// <param name="scores">[P], of any sign.</param>
    /// <param name="mask">What is still kept; pruned weights never return.</param>
    /// <param name="kept">Weights to keep in the prunable arrays, at most as many as the mask keeps now.</param>
    /// <exception cref="InputException">The mask keeps fewer, or a score is not finite.</exception>
    public static Mask Keep(Tensor scores, Mask mask, long kept)
    {
        long now = mask.KeptCount;
        if (kept < 1 || kept > now)
            throw new InputException($"Cannot keep {Counted.Of(kept, "weight")} of {now}; expected 1 to {now}.");
        long[] counts = Counts(mask, kept, now);
        using var scope = NewDisposeScope();
        Tensor pruned = mask.Pruned.clone();
        foreach ((Parameter p, long count) in mask.Prunable.Zip(counts))
        {
            Tensor slice = mask.Layout.Slice(pruned, p);
            if (count == 0)
                slice.logical_or_(slice.logical_not());
            else if (count < mask.Kept(p))
                slice.copy_(ExactSelection.Largest(mask.Layout.Slice(scores, p), slice.logical_not(), count).logical_not());
        }
        return new Mask(mask.Layout, mask.Prunable, pruned);
    }

    /// <summary>kept · keptₗ / now of each array, by largest remainders; none is given more than it has.</summary>
    private static long[] Counts(Mask mask, long kept, long now)
    {
        Int128[] shares = [.. mask.Prunable.Select(p => (Int128)kept * mask.Kept(p))];
        long[] counts = [.. shares.Select(share => (long)(share / now))];
        long left = kept - counts.Sum();
        foreach (int i in Enumerable.Range(0, counts.Length).OrderByDescending(i => shares[i] % now).ThenBy(i => i).Take((int)left))
            counts[i]++; // as many remainders are above zero as are left to give away, and where one is, the array has more
        return counts;
    }
}

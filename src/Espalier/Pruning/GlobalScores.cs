using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Global unstructured pruning by any score: one threshold for all prunable arrays.</summary>
public static class GlobalScores
{
    /// <summary>
    /// Keeps exactly <paramref name="kept"/> weights: those of the largest score, and among equals those that come first in the flat
    /// layout.
    /// </summary>
    /// <param name="scores">[P], at least 0 in the prunable arrays.</param>
    /// <param name="mask">What is still kept; pruned weights never return.</param>
    /// <param name="kept">Weights to keep in the prunable arrays, at most as many as the mask keeps now.</param>
    /// <exception cref="InputException">The mask keeps fewer, or a score is not finite.</exception>
    public static Mask Keep(Tensor scores, Mask mask, long kept)
    {
        long now = mask.KeptCount;
        if (kept < 1 || kept > now)
            throw new InputException($"Cannot keep {Counted.Of(kept, "weight")} of {now}; expected 1 to {now}.");
        using var scope = NewDisposeScope();
        Tensor prunable = zeros_like(mask.Pruned);
        foreach (Parameter p in mask.Prunable)
            mask.Layout.Slice(prunable, p).logical_not_();
        Tensor keep = ExactSelection.Largest(scores, prunable.logical_and(mask.Pruned.logical_not()), kept);
        return new Mask(mask.Layout, mask.Prunable, prunable.logical_and(keep.logical_not()));
    }
}

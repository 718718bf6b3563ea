using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Global unstructured magnitude pruning: the smallest remaining weights of all prunable arrays go first (Han et al. 2015).</summary>
public static class GlobalMagnitude
{
    /// <summary>Keeps exactly <paramref name="kept"/> weights: those of largest |w|, and among equals those that come first in the flat layout.</summary>
    /// <param name="weights">Magnitudes decide.</param>
    /// <param name="mask">What is still kept; pruned weights never return.</param>
    /// <param name="kept">Weights to keep in the prunable arrays, at most as many as the mask keeps now.</param>
    /// <exception cref="InputException">The mask keeps fewer, or is of another network.</exception>
    public static Mask Prune(WeightSet weights, Mask mask, long kept)
    {
        weights.Layout.MustFit(mask.Layout, "mask");
        long now = mask.KeptCount;
        if (kept < 1 || kept > now) throw new InputException($"Cannot keep {kept} weights of {now}; expected 1 to {now}.");
        using var scope = NewDisposeScope();

        // −1 where a weight is no candidate any more: smaller than every magnitude.
        Tensor magnitude = full_like(weights.Values, Held.MinusOne);
        foreach (Parameter p in mask.Prunable) mask.Layout.Slice(magnitude, p).copy_(mask.Layout.Slice(weights.Values, p).abs());
        magnitude.masked_fill_(mask.Pruned, Held.MinusOne);
        Tensor threshold = magnitude.kthvalue(magnitude.shape[0] - kept + 1, 0).values;

        // All strictly above the threshold stay; ties at it are broken by position until the count is exact.
        Tensor above = magnitude.gt(threshold), tied = magnitude.eq(threshold);
        using Scalar places = Held.Number(kept - above.sum().item<long>());
        Tensor room = tied.cumsum(0).le(places);
        Tensor keep = above.logical_or(tied.logical_and(room));
        Tensor pruned = zeros_like(keep);
        foreach (Parameter p in mask.Prunable) mask.Layout.Slice(pruned, p).copy_(mask.Layout.Slice(keep, p).logical_not());
        return new Mask(mask.Layout, mask.Prunable, pruned);
    }
}

using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training;
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
    /// <param name="scores">[P], of any sign.</param>
    /// <param name="mask">What is still kept; pruned weights never return.</param>
    /// <param name="kept">Weights to keep in the prunable arrays, at most as many as the mask keeps now.</param>
    /// <exception cref="InputException">The mask keeps fewer, or a score is not finite.</exception>
    public static Mask Keep(Tensor scores, Mask mask, long kept)
    {
        long now = mask.KeptCount;
        if (kept < 1 || kept > now)
            throw new InputException($"Cannot keep {Counted.Of(kept, "weight")} of {now}; expected 1 to {now}.");
        using var scope = NewDisposeScope();
        (Tensor pruned, Tensor broken) = Pruned(scores, mask, mask.Pruned, kept);
        RankedScores.MustBeFinite(HostRead.Item<long>(broken));
        return new Mask(mask.Layout, mask.Prunable, pruned);
    }

    /// <summary>The same where the scores are, without a look at anything.</summary>
    /// <param name="scores">[P].</param>
    /// <param name="mask">Of the same layout and prunable arrays.</param>
    /// <param name="before">Bool [P]: what is pruned now.</param>
    /// <param name="kept">From 1 to as many as are kept now.</param>
    /// <returns>Bool [P]: what is pruned then; and how many scores are not finite, int64 [].</returns>
    internal static (Tensor Pruned, Tensor Broken) Pruned(Tensor scores, Mask mask, Tensor before, long kept)
    {
        using var scope = NewDisposeScope();
        Tensor prunable = zeros_like(before);
        foreach (Parameter p in mask.Prunable)
            mask.Layout.Slice(prunable, p).logical_not_();
        (Tensor keep, Tensor broken) = ExactSelection.Ranked(scores, prunable.logical_and(before.logical_not()), kept);
        return (prunable.logical_and(keep.logical_not()).MoveToOuterDisposeScope(), broken.MoveToOuterDisposeScope());
    }
}

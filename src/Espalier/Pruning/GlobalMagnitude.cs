using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// Global unstructured magnitude pruning: the smallest remaining weights of all prunable arrays go first (Han et al. 2015).
/// </summary>
public static class GlobalMagnitude
{
    /// <summary>
    /// Keeps exactly <paramref name="kept"/> weights: those of largest |w|, and among equals those that come first in the flat layout.
    /// </summary>
    /// <param name="weights">Magnitudes decide.</param>
    /// <param name="mask">What is still kept; pruned weights never return.</param>
    /// <param name="kept">Weights to keep in the prunable arrays, at most as many as the mask keeps now.</param>
    /// <exception cref="InputException">The mask keeps fewer, or is of another network, or a weight is not finite.</exception>
    public static Mask Prune(WeightSet weights, Mask mask, long kept)
    {
        weights.Layout.MustFit(mask.Layout, "mask");
        using var scope = NewDisposeScope();
        return GlobalScores.Keep(weights.Values.abs(), mask, kept);
    }
}

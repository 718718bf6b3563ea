using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// N:M sparsity, such as the 2:4 that some hardware multiplies at twice the speed: of every M successive inputs of a unit, at one place of
/// its kernel, the N weights of largest magnitude are kept (Zhou et al. 2021; Mishra et al. 2021).
/// </summary>
/// <remarks>
/// Inputs are counted along the input axis, from the first. Where their number is no multiple of M, the last group of r inputs keeps
/// N · r / M of them, rounded up; a depthwise convolution, of one input a unit, keeps all its weights. What a mask has pruned never
/// returns: a group with no more than N weights left keeps those, so that a ticket may be made N:M.
/// </remarks>
public static class NmMagnitude
{
    /// <summary>Keeps of each group the largest |w| that the mask keeps, and among equals those that come first.</summary>
    /// <param name="weights">Magnitudes decide.</param>
    /// <param name="mask">What is still kept.</param>
    /// <param name="n">N, from 1 to <paramref name="m"/>.</param>
    /// <param name="m">M.</param>
    /// <exception cref="InputException">N or M is impossible, the mask is of another network, or a weight is not finite.</exception>
    public static Mask Prune(WeightSet weights, Mask mask, int n, int m)
    {
        if (n < 1 || n > m)
            throw new InputException($"A sparsity of {n}:{m} is impossible; expected N:M with N from 1 to M.");
        weights.Layout.MustFit(mask.Layout, "mask");
        if (!weights.IsFinite())
            throw new InputException("Weights cannot be ranked: some are not finite; expected weights that have not diverged.");
        using var scope = NewDisposeScope();
        Tensor pruned = mask.Pruned.clone();
        foreach (Parameter p in mask.Prunable)
        {
            using var inner = NewDisposeScope();
            // Whatever the kernel, inputs are the last dimension in storage.
            long inputs = p.SeenUnits,
                groups = (inputs + m - 1) / m,
                missing = groups * m - inputs;
            Tensor layer = mask.Layout.Slice(pruned, p);
            Tensor scores = Grouped(mask.Layout.Slice(weights.Values, p).abs()),
                candidates = Grouped(layer.logical_not());
            long[] counts = [.. Enumerable.Range(0, (int)groups).Select(g => g < groups - 1 ? n : (n * (m - missing) + m - 1) / m)];
            Tensor kept = ExactSelection.LargestOfRows(scores, candidates, tensor(counts).repeat(scores.shape[0] / groups).unsqueeze(1));
            layer.copy_(kept.view(-1, groups * m).narrow(1, 0, inputs).logical_not().flatten());

            // [count] → [units · places · groups, M], with nothing at what is missing of the last group.
            Tensor Grouped(Tensor flat)
            {
                Tensor rows = flat.view(-1, inputs);
                return cat([rows, zeros([rows.shape[0], missing], rows.dtype)], 1).view(-1, m);
            }
        }
        return new Mask(mask.Layout, mask.Prunable, pruned);
    }
}

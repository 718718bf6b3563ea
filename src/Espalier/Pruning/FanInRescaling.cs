using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// Rescales the weights that a sparse training starts from to the fan-in that its mask leaves (Evci et al. 2022): where a unit keeps m of
/// its n incoming weights, these are multiplied by √(n / m), so that weights of variance 2 / n get 2 / m, and the unit's pre-activation
/// the variance it would have had.
/// </summary>
public static class FanInRescaling
{
    /// <summary>
    /// The start, masked and rescaled. Arrays that are never pruned, biases and units without any weight stay as they are.
    /// </summary>
    /// <exception cref="InputException">The mask is of another network.</exception>
    public static WeightSet Apply(WeightSet weights, Mask mask)
    {
        using var scope = NewDisposeScope();
        WeightSet masked = weights.Masked(mask);
        foreach (Parameter p in mask.Prunable)
        {
            Tensor slice = mask.Layout.Slice(masked.Values, p).view(p.Units, -1),
                kept = mask.KeptOfUnits(p).to(ScalarType.Float32).clamp_min(Held.One);
            using Scalar inputs = Held.Number(slice.shape[1]);
            slice.mul_(kept.reciprocal().mul(inputs).sqrt().unsqueeze(1));
        }
        return masked;
    }
}

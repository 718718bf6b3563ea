using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// SparseOpt's scaling of gradients (Adnan et al. 2026): normalisation amplifies the gradient of a unit whose incoming weights are few, by
/// 1/√(1 − sᵢ); multiplying it by √(1 − sᵢ) / √(1 − s̄) undoes that and keeps the size of the layer's gradient. sᵢ is
/// the share of unit i's incoming weights that are pruned, s̄ the mean of sᵢ over the layer.
/// </summary>
/// <remarks>
/// Only gradients of incoming weights are scaled, before weight decay: not biases, normalisations or arrays that are never pruned. A unit
/// without any weight has the factor 0, which changes nothing since all its weights are masked; a layer without any weight has the factor
/// 1.
/// </remarks>
public static class GradientScaling
{
    /// <summary>The factor of every value.</summary>
    /// <returns>Float32 [P] on the CPU, 1 outside the prunable arrays.</returns>
    public static Tensor Factors(Mask mask) => Factors(mask, mask.Pruned);

    /// <summary>The same of what is pruned now, on its device.</summary>
    /// <param name="mask">Of the same layout and prunable arrays.</param>
    /// <param name="pruned">Bool [P].</param>
    internal static Tensor Factors(Mask mask, Tensor pruned)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        Tensor factors = ones(mask.Layout.Length, device: pruned.device);
        foreach (Parameter p in mask.Prunable)
        {
            Tensor kept = mask.Layout.Slice(pruned, p).view(p.Units, -1).logical_not().sum(1).to(ScalarType.Float64),
                mean = kept.mean();
            // (1 − sᵢ) / (1 − s̄) is kept / mean kept: the fan-in cancels. A layer that keeps nothing has 0 / 0.
            mask.Layout.Slice(factors, p)
                .view(p.Units, -1)
                .copy_(kept.div(mean).sqrt().masked_fill(mean.eq(Held.Zero), Held.One).unsqueeze(1));
        }
        return factors.MoveToOuterDisposeScope();
    }
}

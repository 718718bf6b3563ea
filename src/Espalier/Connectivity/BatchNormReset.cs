using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// Computes batch-norm statistics anew (Jordan et al. 2023, section 2; Izmailov et al. 2018): the running means and variances of an
/// averaged network are not the averages of its ends'.
/// </summary>
/// <remarks>
/// Exact, not the usual cumulative average of batch statistics: each layer's mean and (population) variance over all images, given the
/// layers before it already reset. Networks without batch-norm come back unchanged.
/// </remarks>
public static class BatchNormReset
{
    /// <summary>The same weights with statistics of these images.</summary>
    /// <param name="weights">Not changed.</param>
    /// <param name="images">A fixed set.</param>
    public static WeightSet Run(WeightSet weights, StatisticsImages images)
    {
        using WeightSet reset = RunOn(weights, images);
        return reset.ToHost();
    }

    /// <summary>The same, left on the images' device.</summary>
    internal static WeightSet RunOn(WeightSet weights, StatisticsImages images) =>
        weights.Network.Buffers.Count > 0
            ? LayerPass.Run(weights, images)
            : new WeightSet(
                weights.Layout,
                weights.Values.to(images.Images.device, copy: true),
                weights.Statistics.to(images.Images.device, copy: true)
            );
}

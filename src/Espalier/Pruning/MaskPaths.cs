using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// What of a mask can have an effect: the kept weights that lie on a path from the image to a class (effective sparsity, Vysogorets and
/// Kempe 2023), and layers without any weight (layer collapse, Tanaka et al. 2020).
/// </summary>
/// <param name="CollapsedLayers">Names of the weight arrays that keep nothing.</param>
/// <param name="UnreachedClasses">Classes whose logit no path of kept weights reaches: it is the same for every image.</param>
/// <param name="Classes">All of them.</param>
/// <param name="Kept">Weights kept in the prunable arrays.</param>
/// <param name="Effective">Of those, on a path.</param>
/// <param name="Prunable">Weights in the prunable arrays.</param>
public sealed record MaskPaths(
    IReadOnlyList<string> CollapsedLayers,
    int UnreachedClasses,
    int Classes,
    long Kept,
    long Effective,
    long Prunable
)
{
    /// <summary>1 − effective / N over the prunable arrays, at least the mask's sparsity.</summary>
    public double EffectiveSparsity => 1 - (double)Effective / Prunable;

    /// <summary>
    /// What a reader of any accuracy should know, without the full stop; null where every class is reached and no layer is empty.
    /// </summary>
    public string? Warning
    {
        get
        {
            string layers =
                CollapsedLayers.Count == 0
                    ? ""
                    : $"layer collapse: {string.Join(", ", CollapsedLayers)} {(CollapsedLayers.Count == 1 ? "keeps" : "keep")} no weight";
            string paths =
                UnreachedClasses == 0 ? ""
                : UnreachedClasses == Classes ? "no path is left from the image to any class"
                : $"no path is left from the image to {UnreachedClasses} of {Classes} classes";
            return layers.Length + paths.Length == 0 ? null
                : layers.Length * paths.Length > 0 ? $"{layers}; {paths}"
                : layers + paths;
        }
    }

    /// <summary>Looks at a mask. Numbers of weights do not matter, only which are kept; biases are no part of paths.</summary>
    public static MaskPaths Of(Mask mask)
    {
        using var scope = NewDisposeScope();
        // Every weight the reciprocal of its fan-in: flows neither grow nor vanish with depth, and are more than zero exactly along paths.
        Tensor values = ones(mask.Layout.Length);
        foreach (Parameter p in mask.Network.Parameters.Where(p => p.IsWeight))
        {
            using Scalar reciprocal = Held.Number(1.0 / p.FanIn);
            mask.Layout.Slice(values, p).fill_(reciprocal);
        }
        var statistics = ones(mask.Layout.StatisticsLength);
        using var weights = new WeightSet(mask.Layout, values, statistics);
        (Tensor flows, Tensor logits) = SynFlow.Flow(weights, mask, SynFlow.Linear(mask.Network, averagesOnly: true));
        long effective = mask.Prunable.Sum(p => HostRead.Item<long>(mask.Layout.Slice(flows, p).count_nonzero()));
        return new MaskPaths(
            [.. mask.Prunable.Where(p => mask.Kept(p) == 0).Select(p => p.Name)],
            (int)(logits.numel() - HostRead.Item<long>(logits.count_nonzero())),
            mask.Network.Classes,
            mask.KeptCount,
            effective,
            mask.PrunableCount
        );
    }
}

using Espalier.Weights;

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
        (long effective, int unreached) = PathWalk.Of(mask);
        return new MaskPaths(
            [.. mask.Prunable.Where(p => mask.Kept(p) == 0).Select(p => p.Name)],
            unreached,
            mask.Network.Classes,
            mask.KeptCount,
            effective,
            mask.PrunableCount
        );
    }
}

using Espalier.Files;

namespace Espalier.Weights;

/// <summary>
/// The arrays of torch.nn.utils.prune: a pruned array X lies as <c>X_orig</c> beside its mask <c>X_mask</c>, and is their product.
/// </summary>
internal static class PrunedPairs
{
    public const string Original = "_orig",
        Mask = "_mask";

    // torch.nn.utils.parametrize keeps an array W of a module as parametrizations.W.original, torch.ao.pruning its mask as
    // parametrizations.W.0.mask.
    private const string Parametrized = "parametrizations.",
        ParametrizedOriginal = ".original",
        ParametrizedMask = ".0.mask";

    /// <summary>The file with the masked arrays of torch.ao.pruning called as torch.nn.utils.prune calls them.</summary>
    public static TensorFile Named(TensorFile file)
    {
        if (!file.InOrder.Any(tensor => tensor.Name.EndsWith(ParametrizedMask, StringComparison.Ordinal)))
            return file;
        StoredTensor[] named = [.. file.InOrder.Select(tensor => tensor.Renamed(Named(tensor.Name)))];
        return named.DistinctBy(tensor => tensor.Name).Count() < named.Length
            ? file
            : new TensorFile(file.Path, named, file.Metadata) { Unread = file.Unread };
    }

    private static string Named(string name)
    {
        int at = name.LastIndexOf(Parametrized, StringComparison.Ordinal);
        string rest = at < 0 ? "" : name[(at + Parametrized.Length)..];
        return rest.EndsWith(ParametrizedOriginal, StringComparison.Ordinal) ? name[..at] + rest[..^ParametrizedOriginal.Length] + Original
            : rest.EndsWith(ParametrizedMask, StringComparison.Ordinal) ? name[..at] + rest[..^ParametrizedMask.Length] + Mask
            : name;
    }

    /// <summary>Whether it is the name of a mask.</summary>
    public static bool IsMask(string name) => name.EndsWith(Mask, StringComparison.Ordinal);

    /// <summary>The array that a name is a part of: X for <c>X</c>, <c>X_orig</c> and <c>X_mask</c>.</summary>
    public static string ArrayOf(string name) =>
        name.EndsWith(Original, StringComparison.Ordinal) || IsMask(name) ? name[..^Original.Length] : name;

    /// <summary>Whether a file has an array that is whole beside its mask.</summary>
    public static bool AreIn(TensorFile file) =>
        file.Tensors.Keys.Any(name => IsMask(name) && file.Tensors.ContainsKey(ArrayOf(name) + Original));

    /// <summary>The file without the masks of its pairs: each array whole, under its own name.</summary>
    public static TensorFile Originals(TensorFile file) =>
        new(
            file.Path,
            file.InOrder.Where(tensor => !IsMask(tensor.Name) || !file.Tensors.ContainsKey(ArrayOf(tensor.Name) + Original))
                .Select(tensor =>
                    tensor.Name.EndsWith(Original, StringComparison.Ordinal) && file.Tensors.ContainsKey(ArrayOf(tensor.Name) + Mask)
                        ? tensor.Renamed(ArrayOf(tensor.Name))
                        : tensor
                ),
            file.Metadata
        )
        {
            Unread = file.Unread,
        };

    /// <summary>Refuses half a pair.</summary>
    /// <param name="file">As it was read.</param>
    /// <param name="arrays">Of the network: others may be called anything.</param>
    /// <param name="masksAlone">Whether a mask without its original is all right, as where masks are sought.</param>
    /// <exception cref="InputException">An original has no mask or lies beside a plain array, or a mask has no original.</exception>
    public static void MustBeWhole(TensorFile file, IEnumerable<string> arrays, bool masksAlone)
    {
        foreach (string name in arrays)
        {
            bool original = file.Tensors.ContainsKey(name + Original),
                mask = file.Tensors.ContainsKey(name + Mask),
                plain = file.Tensors.ContainsKey(name);
            if (original && !mask)
                throw new InputException(
                    $"'{file.Path}' holds '{name}{Original}' without '{name}{Mask}'; expected both, or '{name}' alone."
                );
            if (mask && !original && !masksAlone)
                throw new InputException(
                    $"'{file.Path}' holds '{name}{Mask}' without '{name}{Original}'; expected both, or '{name}' alone."
                );
            if (original && plain)
                throw new InputException($"'{file.Path}' holds '{name}{Original}' and '{name}' too; expected one of them.");
        }
    }
}

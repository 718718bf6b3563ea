using Espalier.Files;
using Espalier.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>A mask as a safetensors file: one BOOL array per prunable weight array, true where kept, in PyTorch's shapes.</summary>
public static class MaskFile
{
    internal const string Format = "espalier.mask";

    /// <summary>Writes a mask.</summary>
    public static void Write(string path, Mask mask, IReadOnlyDictionary<string, string>? metadata = null) =>
        Safetensors.Write(path, StateDict.Of(mask), ArtefactHeader.Of(Format, mask.Network, metadata));

    /// <summary>
    /// Reads a mask: one array for each pruned array X, under its own name or as <c>X_mask</c>, alone or beside the weights; or as
    /// <c>X.mask</c>, or all under a key such as <c>masks</c>.
    /// </summary>
    /// <param name="path">A safetensors file of any tool, or a PyTorch checkpoint, whatever its name ends in.</param>
    /// <param name="network">What it must be of; null to take the graph from the file.</param>
    /// <param name="notes">Told in a sentence what was left out of names to make them fit, such as <c>module.</c>.</param>
    /// <exception cref="InputException">The file is missing or damaged, is no mask, is of another network, or could be read in two
    /// ways.</exception>
    public static Mask Read(string path, Network? network = null, IProgress<string>? notes = null)
    {
        using OpenTensorFile open = OpenTensorFile.Of(path);
        return Of(open.Content, network, notes);
    }

    /// <summary>The mask in a file that was read already, or is open.</summary>
    /// <inheritdoc cref="Read"/>
    internal static Mask Of(TensorFile file, Network? network, IProgress<string>? notes)
    {
        string path = file.Path;
        network = ArtefactHeader.Check(file, Format, network);
        var weights = network.Parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
        Func<string, string> first = SharedNames.Of(network);
        if (!ArtefactHeader.IsOurs(file))
        {
            file = NamePrefixes.Fit(
                MaskNames.Plain(PrunedPairs.Named(file), name => weights.ContainsKey(first(name))),
                named => Fits(Arrays(named), weights, first),
                name => weights.ContainsKey(first(PrunedPairs.ArrayOf(name))),
                notes
            );
        }
        file = SharedNames.Joined(file, network);
        if (!ArtefactHeader.IsOurs(file))
            PrunedPairs.MustBeWhole(file, weights.Keys, masksAlone: true);
        Dictionary<string, StoredTensor> arrays = Arrays(file);
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(network);
        Tensor pruned = zeros(layout.Length, ScalarType.Bool);
        Parameter[] prunable = [.. network.Parameters.Where(p => arrays.ContainsKey(p.Name))];
        if (prunable.Length == 0 || prunable.Length != arrays.Count)
            throw new InputException(
                $"{path} masks {arrays.Count} arrays, of which {network.Name} has {prunable.Length}; is it a mask of another network?"
            );
        foreach (Parameter p in prunable)
        {
            StoredTensor stored = arrays[p.Name];
            if (!WeightsFile.HasShape(stored, p))
                throw new InputException(
                    $"{path}: the mask of '{p.Name}' has shape [{string.Join(",", stored.Shape)}]; {network.Name} expects "
                        + $"[{string.Join(",", p.Shape)}]."
                );
            layout.View(pruned, p).copy_(tensor(stored.ToBooleans()).view([.. stored.Shape]).logical_not());
        }
        return new Mask(layout, prunable, pruned);
    }

    /// <summary>The masks of a file by the arrays that they are of: where some are called so, the rest are weights beside them.</summary>
    private static Dictionary<string, StoredTensor> Arrays(TensorFile file)
    {
        StoredTensor[] called = [.. file.InOrder.Where(tensor => PrunedPairs.IsMask(tensor.Name))];
        return (called.Length > 0 ? called : file.InOrder).ToDictionary(
            tensor => called.Length > 0 ? PrunedPairs.ArrayOf(tensor.Name) : tensor.Name,
            StringComparer.Ordinal
        );
    }

    private static bool Fits(Dictionary<string, StoredTensor> arrays, Dictionary<string, Parameter> weights, Func<string, string> first) =>
        arrays.Count > 0
        && arrays.All(pair => weights.TryGetValue(first(pair.Key), out Parameter? p) && WeightsFile.HasShape(pair.Value, p));
}

using Espalier.Files;
using Espalier.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>A mask as a safetensors file: one BOOL array per prunable weight array, true where kept, in PyTorch's shapes.</summary>
public static class MaskFile
{
    private const string Format = "espalier.mask";

    /// <summary>Writes a mask.</summary>
    public static void Write(string path, Mask mask, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(path, mask.Prunable.Select(p => StoredTensor.FromBools(p.Name, p.Shape.Select(size => (long)size).ToArray(),
            mask.Layout.View(mask.Pruned, p).logical_not().contiguous().data<bool>().ToArray())), ArtefactHeader.Of(Format, mask.Network, metadata));
    }

    /// <summary>Reads a mask; of a PyTorch checkpoint pruned by its own utility, the <c>_mask</c> arrays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What it must be of; null to take the graph from the file.</param>
    /// <exception cref="InputException">The file is missing or damaged, is no mask, or is of another network.</exception>
    public static Mask Read(string path, Network? network = null)
    {
        bool torch = path.EndsWith(".pt", StringComparison.Ordinal) || path.EndsWith(".pth", StringComparison.Ordinal);
        TensorFile file = torch ? TorchCheckpoint.Read(path) : Safetensors.Read(path);
        network = ArtefactHeader.Check(file, Format, network);
        var arrays = file.Tensors.Where(pair => !torch || pair.Key.EndsWith("_mask", StringComparison.Ordinal))
            .ToDictionary(pair => torch ? pair.Key[..^"_mask".Length] : pair.Key, pair => pair.Value, StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(network);
        Tensor pruned = zeros(layout.Length, ScalarType.Bool);
        Parameter[] prunable = [.. network.Parameters.Where(p => arrays.ContainsKey(p.Name))];
        if (prunable.Length == 0 || prunable.Length != arrays.Count)
            throw new InputException($"{path} masks {arrays.Count} arrays, of which {network.Name} has {prunable.Length}; is it a mask of another network?");
        foreach (Parameter p in prunable)
        {
            StoredTensor stored = arrays[p.Name];
            if (!stored.Shape.Select(size => (int)size).SequenceEqual(p.Shape))
                throw new InputException($"{path}: the mask of '{p.Name}' has shape [{string.Join(",", stored.Shape)}]; {network.Name} expects [{string.Join(",", p.Shape)}].");
            layout.View(pruned, p).copy_(tensor(stored.ToBooleans()).view([.. stored.Shape]).logical_not());
        }
        return new Mask(layout, prunable, pruned);
    }
}

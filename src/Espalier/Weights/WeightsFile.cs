using Espalier.Files;
using Espalier.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>Weights as a file: safetensors with PyTorch's names and shapes, and the network's graph in its metadata; PyTorch checkpoints are read too.</summary>
public static class WeightsFile
{
    private const string Format = "espalier.weights";

    /// <summary>Writes all trained values and batch-norm statistics.</summary>
    /// <param name="path">Replaced whole, or not at all.</param>
    /// <param name="weights">What to write.</param>
    /// <param name="metadata">Further facts to keep with them.</param>
    public static void Write(string path, WeightSet weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        Network network = weights.Network;
        Safetensors.Write(path, network.Parameters.Concat(network.Buffers).Select(p => StoredTensor.FromFloats(p.Name, p.Shape.Select(size => (long)size).ToArray(), weights[p].contiguous().data<float>().ToArray())),
            ArtefactHeader.Of(Format, network, metadata));
    }

    /// <summary>Reads weights.</summary>
    /// <param name="path">A <c>.safetensors</c> file, or a PyTorch checkpoint (<c>.pt</c>, <c>.pth</c>).</param>
    /// <param name="network">What they must be of; null to take the graph from the file.</param>
    /// <exception cref="InputException">The file is missing or damaged, says nothing of its network, or is of another one.</exception>
    public static WeightSet Read(string path, Network? network = null)
    {
        TensorFile file = path.EndsWith(".pt", StringComparison.Ordinal) || path.EndsWith(".pth", StringComparison.Ordinal) ? TorchCheckpoint.Read(path) : Safetensors.Read(path);
        network = ArtefactHeader.Check(file, Format, network);
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(network);
        Tensor values = empty(layout.Length), statistics = empty(layout.StatisticsLength);
        foreach (Parameter p in network.Parameters.Concat(network.Buffers))
        {
            StoredTensor stored = Find(file, p);
            if (!stored.Shape.Select(size => (int)size).SequenceEqual(p.Shape))
                throw new InputException($"{path}: '{p.Name}' has shape [{string.Join(",", stored.Shape)}]; {network.Name} expects [{string.Join(",", p.Shape)}].");
            layout.View(p.IsBuffer ? statistics : values, p).copy_(tensor(stored.ToFloats()).view([.. stored.Shape]));
        }
        var known = network.Parameters.Concat(network.Buffers).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        string? extra = file.Tensors.Keys.FirstOrDefault(name => !known.Contains(Effective(name)) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal) && !name.EndsWith("_mask", StringComparison.Ordinal));
        if (extra is not null) throw new InputException($"{path} holds '{extra}', which {network.Name} does not have; is it of another network?");
        var weights = new WeightSet(layout, values, statistics);
        return weights.IsFinite() ? weights : throw new InputException($"{path} holds weights that are not finite.");
    }

    /// <summary>PyTorch's pruning utility stores a pruned weight as <c>weight_orig</c> and <c>weight_mask</c>.</summary>
    private static StoredTensor Find(TensorFile file, Parameter p) => file.Tensors.TryGetValue(p.Name + "_orig", out StoredTensor? original) ? original : file[p.Name];

    private static string Effective(string name) => name.EndsWith("_orig", StringComparison.Ordinal) ? name[..^"_orig".Length] : name;
}

using Espalier.Files;
using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>
/// Weights as a file: safetensors with PyTorch's names and shapes, and the network's graph in its metadata; those of other tools and
/// PyTorch checkpoints are read too.
/// </summary>
public static class WeightsFile
{
    internal const string Format = "espalier.weights";

    /// <summary>Writes all trained values and batch-norm statistics.</summary>
    /// <param name="path">Replaced whole, or not at all.</param>
    /// <param name="weights">What to write.</param>
    /// <param name="metadata">Further facts to keep with them.</param>
    public static void Write(string path, WeightSet weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Network network = weights.Network;
        Safetensors.Write(
            path,
            network.Parameters.Concat(network.Buffers).Select(p => StateDict.Stored(p, p.Name, weights.Read(p))),
            ArtefactHeader.Of(Format, network, metadata)
        );
    }

    /// <summary>Reads weights. Those that torch.nn.utils.prune left as <c>X_orig</c> and <c>X_mask</c> are read as their product.</summary>
    /// <param name="path">A safetensors file of any tool, or a PyTorch checkpoint, whatever its name ends in.</param>
    /// <param name="network">What they must be of; null to take the graph from the file.</param>
    /// <param name="notes">Told in a sentence what was left out of names to make them fit, such as <c>module.</c>.</param>
    /// <exception cref="InputException">The file is missing or damaged, says nothing of its network, is of another one, or could be read in
    /// two ways.</exception>
    public static WeightSet Read(string path, Network? network = null, IProgress<string>? notes = null)
    {
        using OpenTensorFile open = OpenTensorFile.Of(path);
        return Of(open.Content, network, notes);
    }

    /// <summary>The weights in a file that was read already, or is open.</summary>
    /// <inheritdoc cref="Read"/>
    internal static WeightSet Of(TensorFile file, Network? network, IProgress<string>? notes)
    {
        string path = file.Path;
        network = ArtefactHeader.Check(file, Format, network);
        var arrays = network.Parameters.Concat(network.Buffers).ToDictionary(p => p.Name, StringComparer.Ordinal);
        Func<string, string> first = SharedNames.Of(network);
        if (!ArtefactHeader.IsOurs(file))
        {
            file = NamePrefixes.Fit(
                PrunedPairs.Named(file),
                named => Fits(named, network, arrays, first),
                name => arrays.ContainsKey(first(PrunedPairs.ArrayOf(name))),
                notes
            );
        }
        file = SharedNames.Joined(file, network);
        if (!ArtefactHeader.IsOurs(file))
            PrunedPairs.MustBeWhole(file, arrays.Keys, masksAlone: false);
        if (file.Tensors.Keys.FirstOrDefault(name => !IsKnown(name, arrays)) is { } extra)
            throw new InputException(
                $"{path} holds '{FileFaults.Shorten(extra)}', which {network.Name} does not have; is it of another network?"
            );
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(network);
        Tensor values = empty(layout.Length),
            statistics = empty(layout.StatisticsLength);
        Tensor? pruned = null;
        bool isFinite = true;
        foreach (Parameter p in arrays.Values)
        {
            bool isPruned = file.Tensors.ContainsKey(p.Name + PrunedPairs.Original);
            StoredTensor stored = Shaped(file, isPruned ? p.Name + PrunedPairs.Original : p.Name, p, network);
            isFinite &= ArrayReading.Read(stored, layout, p.IsBuffer ? statistics : values, p);
            if (!isPruned)
                continue;
            if (p.IsBuffer)
                throw new InputException($"{path} holds a mask of '{p.Name}', which is not trained.");
            pruned ??= zeros(layout.Length, ScalarType.Bool);
            layout
                .View(pruned, p)
                .copy_(tensor(Shaped(file, p.Name + PrunedPairs.Mask, p, network).ToBooleans()).view(StateDict.Sizes(p)).logical_not());
        }
        if (!isFinite)
            throw new InputException($"{path} holds weights that are not finite.");
        foreach (Parameter p in network.Buffers.Where(p => p.Kind == ParameterKind.RunningVariance))
            if (HostRead.Item<float>(layout.Slice(statistics, p).min()) is var least and < 0)
                throw new InputException($"{path} holds a variance of {least} in '{p.Name}'; expected none below 0.");
        return new WeightSet(layout, pruned is null ? values : values.masked_fill_(pruned, Held.Zero), statistics);
    }

    private static bool Fits(TensorFile file, Network network, Dictionary<string, Parameter> arrays, Func<string, string> first)
    {
        ILookup<string, string> seconds = network.Shared.ToLookup(shared => shared.Array.Name, shared => shared.Name);
        return file.Tensors.Keys.All(name => IsKnown(first(PrunedPairs.ArrayOf(name)), arrays))
            && arrays.Values.All(p =>
                seconds[p.Name]
                    .Prepend(p.Name)
                    .SelectMany(name => new[] { name, name + PrunedPairs.Original })
                    .Select(file.Tensors.GetValueOrDefault)
                    .FirstOrDefault(stored => stored is not null)
                    is { } found
                && HasShape(found, p)
            );
    }

    private static bool IsKnown(string name, Dictionary<string, Parameter> arrays) =>
        arrays.ContainsKey(PrunedPairs.ArrayOf(name)) || name.EndsWith(StateDict.Counter, StringComparison.Ordinal);

    private static StoredTensor Shaped(TensorFile file, string name, Parameter p, Network network) =>
        HasShape(file[name], p)
            ? file[name]
            : throw new InputException(
                $"{file.Path}: '{name}' has shape [{string.Join(",", file[name].Shape)}]; {network.Name} expects "
                    + $"[{string.Join(",", p.Shape)}]."
            );

    internal static bool HasShape(StoredTensor stored, Parameter p) => stored.Shape.SequenceEqual(StateDict.Sizes(p));
}

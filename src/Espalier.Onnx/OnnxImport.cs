using Espalier.Files;
using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Onnx;

/// <summary>Reads ONNX models: their graph as a network, and its weights.</summary>
public static class OnnxImport
{
    /// <summary>
    /// Reads a model. Shapes are folded, batch-norms stay as they are, arrays keep the names that the exporter kept. Arrays in other files
    /// are read from the model's own folder.
    /// </summary>
    /// <param name="path">The model.</param>
    /// <param name="images">Shape of an image, for models that leave it open; null to take it from the model.</param>
    /// <param name="output">Which of several outputs gives the class logits.</param>
    /// <param name="notes">Told in a sentence what became something else than it was.</param>
    /// <returns>The weights; their network is the graph.</returns>
    /// <exception cref="InputException">The file is missing, damaged or no model, or has something in it that no network here has: the
    /// message names the node and its operator.</exception>
    public static WeightSet Read(string path, Shape? images = null, string? output = null, IProgress<string>? notes = null)
    {
        var file = new ModelFile(path);
        OnnxModel model = new ModelReader(file).Read();
        string name = Title(model.Graph.Name, path);
        (Network network, IReadOnlyList<DraftNode> nodes) = new Importer(file, model).Run(images, output, name, notes);
        Copied([.. nodes.Where((_, i) => network.Nodes[i].WeightsOf is null)], notes);
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(network);
        file.Make(4 * (layout.Length + layout.StatisticsLength));
        Tensor values = empty(layout.Length),
            statistics = empty(layout.StatisticsLength);
        foreach (Parameter p in network.Parameters.Concat(network.Buffers))
        {
            float[] numbers = Numbers(file, network, nodes[p.Node], p);
            using Tensor array = tensor(numbers).view([.. p.Shape.Select(size => (long)size)]);
            layout.View(p.IsBuffer ? statistics : values, p).copy_(array);
        }
        return new WeightSet(layout, values, statistics);
    }

    /// <summary>A graph's name, unless it is one that an exporter gives to all.</summary>
    private static string Title(string graph, string path)
    {
        string name = FileFaults.Shorten(graph).Trim();
        return name.Length == 0 || name is "torch_jit" or "torch-jit-export" or "main_graph" or "graph"
            ? FileFaults.Shorten(Path.GetFileNameWithoutExtension(path))
            : name;
    }

    private static float[] Numbers(ModelFile file, Network network, DraftNode node, Parameter p)
    {
        (Constant array, bool isTransposed) = node[p.Kind] ?? throw new InvalidOperationException($"no array for {p.Name}");
        int[] expected = isTransposed ? [.. p.Shape.Reverse()] : [.. p.Shape];
        string called = $"'{file.Path}': array '{FileFaults.Shorten(array.Name)}' of node '{network.Nodes[p.Node].Name}'";
        if (!array.Dims.SequenceEqual(expected))
            throw new InputException($"{called} is [{string.Join(",", array.Dims)}]; expected [{string.Join(",", expected)}].");
        float[] given = array.Floats(),
            numbers = given;
        if (isTransposed)
        {
            (int to, int from) = (p.Shape[0], p.Shape[1]);
            numbers = new float[given.Length];
            for (int o = 0; o < to; o++)
            for (int i = 0; i < from; i++)
                numbers[o * from + i] = given[i * to + o];
        }
        foreach (float number in numbers)
            if (!float.IsFinite(number) || p.Kind == ParameterKind.RunningVariance && number < 0)
                throw new InputException(
                    FormattableString.Invariant($"{called} holds {number}; expected finite numbers, and of variances none below 0.")
                );
        return numbers;
    }

    /// <summary>Nodes that share an array, but not all of them or not as one kind, become nodes with one each.</summary>
    private static void Copied(IReadOnlyList<DraftNode> nodes, IProgress<string>? notes)
    {
        int shared = nodes
            .SelectMany(node => node.Arrays.Values)
            .Where(array => array.Of.Name.Length > 0)
            .CountBy(array => array.Of.Name)
            .Count(pair => pair.Value > 1);
        if (shared > 0)
            notes?.Report(
                $"{Counted.Of(shared, "array")} {(shared == 1 ? "belongs" : "belong")} to several nodes: each has its own copy now."
            );
    }
}

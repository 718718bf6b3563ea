using Espalier.Files;
using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Format;
using Espalier.Onnx.Operators;
using Espalier.Onnx.Values;

namespace Espalier.Onnx;

/// <summary>Follows a graph node by node, from the images to the logits.</summary>
/// <param name="file">The model's file.</param>
/// <param name="model">What it holds.</param>
internal sealed class Importer(ModelFile file, OnnxModel model)
{
    /// <summary>Versions whose operators mean what is read here.</summary>
    private const long Oldest = 7,
        Newest = 24;

    /// <summary>Images of a batch, where a model leaves their number open: a prime that no other axis has, so that it can be told from
    /// channels wherever axes are joined.</summary>
    private const long AnyBatch = 1_000_003;

    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);

    /// <summary>Follows it.</summary>
    /// <param name="shape">Of an image; null to take it from the model.</param>
    /// <param name="asked">Which output is the logits; null if there is one.</param>
    /// <param name="name">What to call the network.</param>
    /// <param name="notes">Told what is left out.</param>
    public (Network Network, IReadOnlyList<DraftNode> Nodes) Run(Shape? shape, string? asked, string name, IProgress<string>? notes)
    {
        if (model.Opset is < Oldest or > Newest)
            throw new InputException(
                model.Opset == 0
                    ? $"'{file.Path}' names no version of its operators (opset)."
                    : $"'{file.Path}' is of opset {model.Opset}; expected {Oldest} to {Newest}."
            );
        foreach (OnnxTensor tensor in model.Graph.Initializers)
            if (tensor.Name.Length == 0 || !_values.TryAdd(tensor.Name, Constant.Of(tensor)))
                throw file.Damaged($"an array's name '{FileFaults.Shorten(tensor.Name)}' is empty or given twice");
        Draft draft = Images(shape);
        string output = Output(asked);
        var progress = new Progress(file, model.Opset, draft, _values);
        Dictionary<string, OnnxNode> later = Later();
        foreach (OnnxNode node in model.Graph.Nodes)
            Known.MustKnow(new Step(progress, node));
        foreach (OnnxNode node in model.Graph.Nodes)
            Follow(new Step(progress, node), later);
        if (!_values.TryGetValue(output, out Value? last))
            throw new InputException($"'{file.Path}': no node gives its output '{FileFaults.Shorten(output)}'.");
        var end = new Step(progress, model.Graph.Nodes is [.., var final] ? final : Nothing);
        if (last is LogShares logs)
        {
            last = logs.Of;
            notes?.Report("The log-softmax at the end is left out: networks here end in logits.");
        }
        return Finished.Of(draft, Logits(end, end.Whole(last), notes), name, file);
    }

    private string Output(string? asked)
    {
        IReadOnlyList<string> outputs = model.Graph.Outputs;
        string all = string.Join(", ", outputs.Take(8).Select(FileFaults.Shorten));
        if (asked is not null)
            return outputs.Contains(asked)
                ? asked
                : throw new InputException(
                    $"'{file.Path}' has no output '{FileFaults.Shorten(asked)}', which --output names; it has {all}."
                );
        return outputs switch
        {
            [var only] => only,
            [] => throw file.Damaged("it has no output"),
            _ => throw new InputException(
                $"'{file.Path}' has {outputs.Count} outputs ({all}); say which gives the class logits with --output."
            ),
        };
    }

    private static OnnxNode Nothing => new("", "", "", [], [], new Dictionary<string, OnnxAttribute>());

    /// <summary>Which node gives what; a name may be given once.</summary>
    private Dictionary<string, OnnxNode> Later()
    {
        var later = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        foreach (OnnxNode node in model.Graph.Nodes)
        foreach (string output in node.Outputs)
            if (output.Length > 0 && (!later.TryAdd(output, node) || _values.ContainsKey(output)))
                throw new InputException(
                    $"'{file.Path}': node '{FileFaults.Shorten(node.Title)}' gives '{FileFaults.Shorten(output)}', which is there already."
                );
        return later;
    }

    private void Follow(Step step, Dictionary<string, OnnxNode> later)
    {
        foreach (string input in step.Node.Inputs.Where(input => input.Length > 0 && !_values.ContainsKey(input)))
            throw step.Refuse(
                later.TryGetValue(input, out OnnxNode? giver)
                    ? $"reads '{FileFaults.Shorten(input)}', which '{FileFaults.Shorten(giver.Title)}' gives only later, or in a circle"
                    : $"reads '{FileFaults.Shorten(input)}', which nothing gives"
            );
        IReadOnlyList<Value> given = Known.Of(step);
        for (int i = 0; i < step.Node.Outputs.Count; i++)
            if (step.Node.Outputs[i].Length > 0 && i < given.Count)
                _values[step.Node.Outputs[i]] = given[i];
    }

    /// <summary>The one input that is no array, as images.</summary>
    private Draft Images(Shape? given)
    {
        OnnxInput[] inputs = [.. model.Graph.Inputs.Where(input => !_values.ContainsKey(input.Name))];
        if (inputs is not [var images] || images.Name.Length == 0)
            throw new InputException(
                $"'{file.Path}' has {inputs.Length} inputs beside its arrays"
                    + (inputs.Length > 1 ? $" ({string.Join(", ", inputs.Take(4).Select(input => FileFaults.Shorten(input.Name)))})" : "")
                    + "; expected one, the images."
            );
        if (!ElementTypes.IsFloating(images.Type))
            throw new InputException($"'{file.Path}': its input has elements of type {images.Type}; expected floating-point numbers.");
        var draft = new Draft(images.Shape is [> 0 and var batch, ..] ? batch : AnyBatch);
        bool isLast = images.Shape is not { Count: 4 } ? false : ChannelsLast(images.Name);
        Shape shape = ImageShape.Of(file, images, given, isLast);
        int node = draft.Add(null, new Input(shape.Channels, shape.Height, shape.Width), null);
        Activation seen = draft.Seen(node);
        if (images.Shape is { Count: 2 })
            seen = draft.Seen(draft.Add(null, new Flatten(), null, node));
        _values[images.Name] = isLast ? seen.Seen(seen.Axes.Transposed([0, 2, 3, 1])) : seen;
        return draft;
    }

    /// <summary>Whether the images come as [images, rows, columns, channels]: all that reads them moves channels to the front.</summary>
    private bool ChannelsLast(string name)
    {
        OnnxNode[] readers = [.. model.Graph.Nodes.Where(node => node.Inputs.Contains(name))];
        return readers.Length > 0
            && readers.All(reader =>
                reader is { Operator: "Transpose" } && reader.Attributes.GetValueOrDefault("perm")?.Wholes is [0, 3, 1, 2]
            );
    }

    /// <summary>A feature vector; a softmax at the end is left out, since networks here end in logits.</summary>
    private static int Logits(Step step, Activation last, IProgress<string>? notes)
    {
        Draft draft = step.Draft;
        Shape shape = draft.ShapeOf(last.Node);
        if (!shape.IsFlat && shape.Positions == 1)
        {
            last = draft.Seen(draft.Add(null, new Flatten(), null, last.Node));
            shape = draft.ShapeOf(last.Node);
        }
        int node = last.Node;
        for (int at = node; ; at = draft.Nodes[at].Inputs[0])
            if (draft.Nodes[at].Operation is Softmax)
            {
                notes?.Report("The softmax at the end is left out: networks here end in logits.");
                int before = draft.Nodes[at].Inputs[0];
                return draft.ShapeOf(before).IsFlat ? before : draft.Add(null, new Flatten(), null, before);
            }
            else if (draft.Nodes[at].Operation is not Flatten)
                break;
        return shape.IsFlat
            ? node
            : throw new InputException($"'{step.File.Path}' ends in maps {shape}; expected class logits, a feature vector.");
    }
}

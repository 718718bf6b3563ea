using Espalier.Files;
using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Format;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>One node of the model on its way into the network: what it is given, what its attributes say, and what it adds.</summary>
/// <param name="model">What has been read so far.</param>
/// <param name="node">The node.</param>
internal sealed class Step(Progress model, OnnxNode node)
{
    /// <summary>The largest size that anything here has.</summary>
    private const long Largest = 1 << 24;

    public OnnxNode Node => node;
    public Draft Draft => model.Draft;
    public ModelFile File => model.File;

    /// <summary>Version of the operators.</summary>
    public long Opset => model.Opset;

    /// <summary>A value that it may be given; null if it is left out.</summary>
    public Value? Optional(int i) => i < node.Inputs.Count && node.Inputs[i].Length > 0 ? model.Values[node.Inputs[i]] : null;

    /// <summary>A value that it must be given.</summary>
    public Value Required(int i) => Optional(i) ?? throw Refuse($"has no input {i + 1}");

    /// <summary>What a node of the network gives out.</summary>
    public Activation Activation(int i) => Resolved(Required(i));

    /// <summary>The same, and all channels of it.</summary>
    public Activation Whole(int i) => Whole(Required(i));

    /// <inheritdoc cref="Whole(int)"/>
    public Activation Whole(Value value)
    {
        Activation x = Resolved(value);
        return x.Part is null ? x : throw Refuse("reads some of the channels alone, which only attention does here");
    }

    /// <summary>Maps as convolutions have them.</summary>
    public Activation Maps(Value value)
    {
        Activation x = Whole(value);
        if (Draft.ShapeOf(x.Node).IsFlat && Flat.AsMaps(Draft, x) is { } maps)
            x = maps;
        return !Draft.ShapeOf(x.Node).IsFlat && x.Axes.Same(Axes.Usual(Draft.ShapeOf(x.Node), Draft.Batch))
            ? x
            : throw Refuse("takes maps [images, channels, rows, columns], but is given other axes, or channels in another order");
    }

    /// <summary>Numbers that the model holds.</summary>
    public Constant Constant(int i, string what) =>
        Required(i) as Constant ?? throw Refuse($"computes its {what}; expected an array of the model");

    /// <summary>What a value is of the network.</summary>
    public Activation Resolved(Value value) =>
        value switch
        {
            Activation x => x,
            Strided { Rows: var stride } strided when stride == strided.Columns => Draft.Seen(
                Emit(new PadShortcut(Draft.ShapeOf(strided.Of.Node).Channels, stride), null, strided.Of.Node)
            ),
            Deferred { Form: Form.AtLeast, Number: 0 } rectified => rectified.Settled ??= new Step(model, rectified.Source).Rectified(
                rectified.Parts[0]
            ),
            LogShares logs => throw new Step(model, logs.Source).Refuse("is followed by others; a network ends in it or has none"),
            Stretched => throw Refuse("is given repeated values, which only sums and products take here"),
            Strided => throw Refuse("takes other steps along rows than along columns"),
            Deferred formula => throw new Step(model, formula.Source).Refuse("is part of a formula that no operation here computes"),
            Scores scores => throw new Step(model, scores.Source).Refuse("multiplies two values in another way than attention does"),
            Bordered border => throw new Step(model, border.Source).Refuse("adds a border that no convolution takes as its padding"),
            _ => throw Refuse("is given an array of the model; expected something computed from the images"),
        };

    private Activation Rectified(Value value)
    {
        Activation x = Whole(value);
        return new Activation(Emit(new Relu(), null, x.Node), x.Axes);
    }

    /// <summary>An attribute, or what it usually is.</summary>
    public long Int(string name, long usual) => node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? found.Whole ?? 0 : usual;

    /// <inheritdoc cref="Int"/>
    public double Float(string name, double usual) =>
        node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? found.Number ?? 0 : usual;

    /// <inheritdoc cref="Int"/>
    public string Text(string name, string usual) => node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? found.Text ?? "" : usual;

    /// <summary>A list; null if it is left out.</summary>
    public long[]? Ints(string name) => node.Attributes.TryGetValue(name, out OnnxAttribute? found) ? [.. found.Wholes] : null;

    /// <summary>A list that older models have as an attribute and newer ones as an input.</summary>
    public long[]? Ints(string name, int input) =>
        Optional(input) is not { } given ? Ints(name)
        : given is Constant { Count: <= Values.Constant.MostFolded } constant ? constant.Longs()
        : throw Refuse($"computes its {name} from the images, or of too many numbers");

    /// <summary>Two sizes, rows and columns.</summary>
    public Extent Extent(string name, Extent usual, int least) =>
        Ints(name) switch
        {
            null or [] => usual,
            [var rows, var columns] => new(Size(name, rows, least), Size(name, columns, least)),
            var other => throw Refuse($"has {other.Length} {name}; expected two, for maps of rows and columns"),
        };

    /// <summary>A size in the bounds of what can be.</summary>
    public int Size(string name, long value, int least) =>
        value >= least && value <= Largest ? (int)value : throw Refuse($"has {name} {value}; expected {least} to {Largest}");

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw Refuse($"names axis {axis} of a value that has {rank} axes");

    /// <summary>Adds a node to the network.</summary>
    public int Emit(Operation operation, IReadOnlyDictionary<ParameterKind, DraftArray>? arrays, params IReadOnlyList<int> inputs)
    {
        try
        {
            return Draft.Add(node, operation, arrays, inputs);
        }
        catch (InputException fault)
        {
            throw new InputException($"'{File.Path}': {fault.Message}", fault);
        }
    }

    /// <summary>What is said of the node.</summary>
    public InputException Refuse(string what) =>
        new($"'{File.Path}': node '{FileFaults.Shorten(node.Title)}' ({FileFaults.Shorten(node.Operator)}) {what}.");
}

namespace Espalier.Networks;

/// <summary>Derives the shape of every node's output, and refuses graphs that do not fit together.</summary>
internal static class ShapeInference
{
    public static Shape Of(Node node, IReadOnlyList<Shape> inputs)
    {
        if (OperationKind.Of(node.Operation).Fault(node.Operation) is { } fault)
            throw Refuse(node, fault);
        int expected = node.Operation switch
        {
            Input => 0,
            Add or Concat => 2,
            _ => 1,
        };
        if (inputs.Count != expected)
            throw Refuse(node, $"takes {expected} inputs, but is given {inputs.Count}");
        Shape x = expected == 0 ? default : inputs[0];
        Shape result = node.Operation switch
        {
            Input op => Shape.Maps(op.Channels, op.Height, op.Width),
            Conv op => Windows(node, Maps(node, x), op.Out, op.Kernel, op.Stride, op.Padding),
            DepthwiseConv op => Windows(node, Maps(node, x), x.Channels, op.Kernel, op.Stride, op.Padding),
            MaxPool op => Windows(node, Maps(node, x), x.Channels, op.Kernel, op.Stride, 0),
            AveragePool op => Windows(node, Maps(node, x), x.Channels, op.Kernel, op.Stride, 0),
            GlobalAveragePool => Shape.Maps(Maps(node, x).Channels, 1, 1),
            PadShortcut op => Padded(node, Maps(node, x), op),
            Flatten => Shape.Features(Maps(node, x).Channels * x.Positions),
            Linear op => x.IsFlat
                ? Shape.Features(op.Out)
                : throw Refuse(node, $"takes feature vectors, but is given maps {x}; flatten them first"),
            Add => inputs[0] == inputs[1] ? x : throw Refuse(node, $"adds equal shapes, but is given {inputs[0]} and {inputs[1]}"),
            Concat => Joined(node, inputs[0], inputs[1]),
            LayerNorm or LayerNorm2d or GroupNorm => Normalised(node, x),
            _ => x,
        };
        if (result.Channels < 1 || result.Height < 1 || result.Width < 1)
            throw Refuse(node, $"would give an empty output {result} from {x}");
        if ((Int128)result.Channels * result.Height * result.Width > Array.MaxLength)
            throw Refuse(node, $"would give an output {result}; at most {Array.MaxLength} values an image fit");
        return result;
    }

    private static Shape Maps(Node node, Shape x) => !x.IsFlat ? x : throw Refuse(node, $"takes maps C×H×W, but is given {x} features");

    private static Shape Windows(Node node, Shape x, int channels, int kernel, int stride, int padding)
    {
        int Along(int size) => size + 2L * padding < kernel ? 0 : (int)Math.Min(int.MaxValue, (size + 2L * padding - kernel) / stride + 1);
        return Shape.Maps(channels, Along(x.Height), Along(x.Width));
    }

    private static Shape Padded(Node node, Shape x, PadShortcut op)
    {
        if (op.Out < x.Channels || (op.Out - x.Channels) % 2 != 0)
            throw Refuse(node, $"pads {x.Channels} channels to {op.Out}; expected an even, non-negative difference");
        return Shape.Maps(op.Out, (x.Height + op.Stride - 1) / op.Stride, (x.Width + op.Stride - 1) / op.Stride);
    }

    private static Shape Joined(Node node, Shape a, Shape b) =>
        a with { Channels = 1 } == b with { Channels = 1 }
            ? a with
            {
                Channels = a.Channels + b.Channels,
            }
            : throw Refuse(node, $"joins outputs of equal height and width, but is given {a} and {b}");

    private static Shape Normalised(Node node, Shape x)
    {
        switch (node.Operation)
        {
            case LayerNorm when !x.IsFlat:
                throw Refuse(
                    node,
                    $"is given maps {x}, where its name could mean either of two norms: write layer-norm-2d for one over the "
                        + "channels of each position, as ConvNeXt has it, or group-norm with groups 1 for one over channels and positions "
                        + "together, which earlier versions computed under this name"
                );
            case LayerNorm2d:
                Maps(node, x);
                break;
            case GroupNorm op when x.Channels % op.Groups != 0:
                string divisors = string.Join(", ", Enumerable.Range(1, x.Channels).Where(groups => x.Channels % groups == 0));
                throw Refuse(node, $"has groups {op.Groups}, which do not divide {x.Channels} channels; expected one of {divisors}");
        }
        int together = node.Operation is GroupNorm grouped ? x.Channels / grouped.Groups * x.Positions : x.Channels;
        return together > 1
            ? x
            : throw Refuse(node, $"would normalise each value of {x} by itself, which leaves nothing of it; expected several together");
    }

    private static InputException Refuse(Node node, string what) =>
        new($"Node '{node.Name}' ({OperationKind.Of(node.Operation).Name}) {what}.");
}

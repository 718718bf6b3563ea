namespace Espalier.Networks;

/// <summary>Derives the shape of every node's output, and refuses graphs that do not fit together.</summary>
internal static class ShapeInference
{
    public static Shape Of(Node node, IReadOnlyList<Shape> inputs)
    {
        if (OperationKind.Of(node.Operation).Fault(node.Operation) is { } fault)
            throw Refuse(node, fault);
        MustHaveInputs(node, inputs.Count);
        Shape x = inputs.Count == 0 ? default : inputs[0];
        Shape result = node.Operation switch
        {
            Input op => Shape.Maps(op.Channels, op.Height, op.Width),
            Conv op => Convolved(node, Maps(node, x), op),
            DepthwiseConv op => WindowShapes.Of(Maps(node, x), x.Channels, op.Kernel, op.Stride, op.Padding, op.Dilation),
            ConvTranspose op => Transposed(node, Maps(node, x), op),
            MaxPool op => WindowShapes.Of(
                Pooled(node, x, op.Kernel, op.Padding),
                x.Channels,
                op.Kernel,
                op.Stride,
                op.Padding,
                op.Dilation,
                op.CeilMode
            ),
            AveragePool op => WindowShapes.Of(
                Pooled(node, x, op.Kernel, op.Padding),
                x.Channels,
                op.Kernel,
                op.Stride,
                op.Padding,
                1,
                op.CeilMode
            ),
            GlobalAveragePool => Shape.Maps(Maps(node, x).Channels, 1, 1),
            AdaptiveAveragePool op => Shape.Maps(Maps(node, x).Channels, op.Size.Height, op.Size.Width),
            Upsample op => Upsampled(node, Maps(node, x), op),
            PadShortcut op => Padded(node, Maps(node, x), op),
            Flatten => Shape.Features(Maps(node, x).Channels * x.Positions),
            Tokens => Shape.Maps(Maps(node, x).Channels, x.Positions, 1),
            ClassToken => Row(node, x) with { Height = x.Height + 1 },
            PositionEmbedding => Row(node, x),
            Attention op => Attended(node, Row(node, x), op),
            Token op => op.Index < Row(node, x).Height
                ? Shape.Maps(x.Channels, 1, 1)
                : throw Refuse(node, $"takes token {op.Index} of {x.Height}; they are counted from 0"),
            Transpose => Shape.Maps(Row(node, x).Height, x.Channels, 1),
            Linear { Along: LinearAxis.Channels } op => Maps(node, x) with { Channels = op.Out },
            Linear op => x.IsFlat
                ? Shape.Features(op.Out)
                : throw Refuse(
                    node,
                    $"takes feature vectors, but is given maps {x}; flatten them first, or say \"along\": \"channels\" to map every "
                        + "position's channels by the same weights"
                ),
            Add or Multiply => JoinShapes.Broadcast(node, inputs),
            Concat => JoinShapes.Joined(node, inputs),
            LayerNorm or LayerNorm2d or GroupNorm or InstanceNorm => Normalised(node, x),
            _ => x,
        };
        if (result.Channels < 1 || result.Height < 1 || result.Width < 1)
            throw Refuse(node, $"would give an empty output {result} from {x}");
        if ((Int128)result.Channels * result.Height * result.Width > Array.MaxLength)
            throw Refuse(node, $"would give an output {result}; at most {Array.MaxLength} values an image fit");
        return result;
    }

    private static void MustHaveInputs(Node node, int given)
    {
        if (node.Operation is Add or Multiply or Concat)
        {
            if (given < 2)
                throw Refuse(node, $"takes at least 2 inputs, but is given {given}");
            return;
        }
        int expected = node.Operation is Input ? 0 : 1;
        if (given != expected)
            throw Refuse(node, $"takes {expected} inputs, but is given {given}");
    }

    private static Shape Maps(Node node, Shape x) => !x.IsFlat ? x : throw Refuse(node, $"takes maps C×H×W, but is given {x} features");

    private static Shape Row(Node node, Shape x) =>
        Maps(node, x).Width == 1 ? x : throw Refuse(node, $"takes tokens C×T×1, but is given maps {x}; make them tokens first");

    private static Shape Attended(Node node, Shape x, Attention op) =>
        x.Channels % 3 == 0 && x.Channels / 3 % op.Heads == 0
            ? x with
            {
                Channels = x.Channels / 3,
            }
            : throw Refuse(
                node,
                $"has heads {op.Heads} and is given {x.Channels} channels; expected queries, keys and values, "
                    + "three times a multiple of the heads"
            );

    private static Shape Convolved(Node node, Shape x, Conv op)
    {
        if (x.Channels % op.Groups != 0 || op.Out % op.Groups != 0)
            throw Refuse(node, $"has groups {op.Groups}; expected a number that divides its {x.Channels} and {op.Out} channels");
        return WindowShapes.Of(x, op.Out, op.Kernel, op.Stride, op.Padding, op.Dilation);
    }

    private static Shape Transposed(Node node, Shape x, ConvTranspose op)
    {
        if (
            !Below(op.OutputPadding.Height, op.Stride.Height, op.Dilation.Height)
            || !Below(op.OutputPadding.Width, op.Stride.Width, op.Dilation.Width)
        )
            throw Refuse(
                node,
                $"has output-padding {op.OutputPadding}; expected less than its stride {op.Stride} or its dilation {op.Dilation}"
            );
        return WindowShapes.Transposed(x, op);

        static bool Below(int padding, int stride, int dilation) => padding < Math.Max(stride, dilation);
    }

    private static Shape Pooled(Node node, Shape x, Extent kernel, Extent padding) =>
        padding.Height > kernel.Height / 2 || padding.Width > kernel.Width / 2
            ? throw Refuse(node, $"has padding {padding}; expected at most half of its kernel {kernel}")
            : Maps(node, x);

    private static Shape Upsampled(Node node, Shape x, Upsample op)
    {
        (bool byFactor, bool toSize) = (op.Factor != 0, op.Size != 0);
        if (byFactor == toSize)
            throw Refuse(
                node,
                $"has {(byFactor ? "both a factor and a size" : "neither a factor nor a size")}; expected one of them, at least 1"
            );
        Extent given = byFactor ? op.Factor : op.Size;
        if (given is not { Height: >= 1, Width: >= 1 })
            throw Refuse(node, $"has {(byFactor ? "factor" : "size")} {given}; expected at least 1");
        long height = byFactor ? (long)x.Height * given.Height : given.Height,
            width = byFactor ? (long)x.Width * given.Width : given.Width;
        return Shape.Maps(x.Channels, (int)Math.Min(int.MaxValue, height), (int)Math.Min(int.MaxValue, width));
    }

    private static Shape Padded(Node node, Shape x, PadShortcut op)
    {
        if (op.Out < x.Channels || (op.Out - x.Channels) % 2 != 0)
            throw Refuse(node, $"pads {x.Channels} channels to {op.Out}; expected an even, non-negative difference");
        return Shape.Maps(op.Out, (x.Height + op.Stride - 1) / op.Stride, (x.Width + op.Stride - 1) / op.Stride);
    }

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
            case LayerNorm2d or InstanceNorm:
                Maps(node, x);
                break;
            case GroupNorm op when x.Channels % op.Groups != 0:
                string divisors = string.Join(", ", Enumerable.Range(1, x.Channels).Where(groups => x.Channels % groups == 0));
                throw Refuse(node, $"has groups {op.Groups}, which do not divide {x.Channels} channels; expected one of {divisors}");
        }
        int together = node.Operation switch
        {
            GroupNorm grouped => x.Channels / grouped.Groups * x.Positions,
            InstanceNorm => x.Positions,
            _ => x.Channels,
        };
        return together > 1
            ? x
            : throw Refuse(node, $"would normalise each value of {x} by itself, which leaves nothing of it; expected several together");
    }

    internal static InputException Refuse(Node node, string what) =>
        new($"Node '{node.Name}' ({OperationKind.Of(node.Operation).Name}) {what}.");
}

using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Convolutions and pools.</summary>
internal static class Windows
{
    /// <summary>Conv.</summary>
    public static Value Conv(Step step)
    {
        (Activation x, Extent border) = Given(step);
        Constant weight = step.Constant(1, "weights");
        if (weight.Dims is not [var @out, var each, var height, var width])
            throw step.Refuse($"has weights [{string.Join(",", weight.Dims)}]; expected four axes, for maps of rows and columns");
        var kernel = new Extent(height, width);
        if (height < 1 || width < 1 || step.Extent("kernel_shape", kernel, 1) != kernel)
            throw step.Refuse($"has a kernel_shape that its weights [{string.Join(",", weight.Dims)}] do not have");
        int channels = step.Draft.ShapeOf(x.Node).Channels,
            groups = step.Size("group", step.Int("group", 1), 1);
        if ((long)each * groups != channels)
            throw step.Refuse($"has weights [{string.Join(",", weight.Dims)}] and group {groups}, but is given {channels} channels");
        Extent stride = step.Extent("strides", 1, 1),
            dilation = step.Extent("dilations", 1, 1),
            padding = Paddings.Of(step, x, kernel, stride, dilation, border);
        var arrays = new Dictionary<ParameterKind, DraftArray> { [ParameterKind.ConvWeight] = new(weight) };
        if (step.Optional(2) is not null)
            arrays[ParameterKind.Bias] = new(Vector(step, 2, "bias", @out));
        bool bias = arrays.Count == 2;
        return step.Draft.Seen(
            step.Emit(
                groups == channels && @out == channels && groups > 1
                    ? new DepthwiseConv(kernel, stride, padding, bias, dilation)
                    : new Conv(@out, kernel, stride, padding, bias, dilation, groups),
                arrays,
                x.Node
            )
        );
    }

    /// <summary>MaxPool.</summary>
    public static Value MaxPool(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        Extent dilation = step.Extent("dilations", 1, 1);
        (Extent kernel, Extent stride, Extent padding) = Window(step, x, 0, dilation);
        return step.Draft.Seen(step.Emit(new MaxPool(kernel, stride, padding, dilation, step.Int("ceil_mode", 0) != 0), null, x.Node));
    }

    /// <summary>AveragePool.</summary>
    public static Value AveragePool(Step step)
    {
        (Activation x, Extent border) = Given(step);
        if (step.Extent("dilations", 1, 1) != 1)
            throw step.Refuse("has dilations; expected none");
        (Extent kernel, Extent stride, Extent padding) = Window(step, x, border, 1);
        bool isPadded = padding != 0,
            isBordered = border != 0,
            counts = isBordered || step.Int("count_include_pad", 0) != 0;
        if (isBordered && padding != border && step.Int("count_include_pad", 0) == 0)
            throw step.Refuse("has a border of zeros that counts and another that does not");
        return step.Draft.Seen(
            step.Emit(new AveragePool(kernel, stride, padding, step.Int("ceil_mode", 0) != 0, !isPadded || counts), null, x.Node)
        );
    }

    /// <summary>GlobalMaxPool.</summary>
    public static Value GlobalMaxPool(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        Shape shape = step.Draft.ShapeOf(x.Node);
        var all = new Extent(shape.Height, shape.Width);
        return step.Draft.Seen(step.Emit(new MaxPool(all, all), null, x.Node));
    }

    /// <summary>GlobalAveragePool.</summary>
    public static Value GlobalAveragePool(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        return step.Draft.Seen(step.Emit(new GlobalAveragePool(), null, x.Node));
    }

    /// <summary>An array of one number a channel.</summary>
    public static Constant Vector(Step step, int input, string what, int length)
    {
        Constant given = step.Constant(input, what);
        return given.Count == length
            ? given.Reshaped([length])
            : throw step.Refuse($"has a {what} [{string.Join(",", given.Dims)}]; expected {length} numbers");
    }

    private static (Activation X, Extent Border) Given(Step step) =>
        step.Required(0) is Bordered bordered
            ? (step.Maps(bordered.Of), new Extent(bordered.Rows, bordered.Columns))
            : (step.Maps(step.Required(0)), 0);

    private static (Extent Kernel, Extent Stride, Extent Padding) Window(Step step, Activation x, Extent border, Extent dilation)
    {
        if (step.Node.Outputs.Count(name => name.Length > 0) > 1)
            throw step.Refuse("gives places of the maxima, too, which nothing here reads");
        if (step.Ints("kernel_shape") is null)
            throw step.Refuse("has no kernel_shape");
        Extent kernel = step.Extent("kernel_shape", 1, 1),
            stride = step.Extent("strides", 1, 1);
        return (kernel, stride, Paddings.Of(step, x, kernel, stride, dilation, border));
    }
}

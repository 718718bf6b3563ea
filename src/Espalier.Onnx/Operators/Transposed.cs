using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Transposed convolutions.</summary>
internal static class Transposed
{
    /// <summary>ConvTranspose, whose weights have inputs first, as ours.</summary>
    public static Value Of(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        Constant weight = step.Constant(1, "weights");
        string shape = $"[{string.Join(",", weight.Dims)}]";
        if (weight.Dims is not [var inputs, var @out, var height and >= 1, var width and >= 1])
            throw step.Refuse($"has weights {shape}; expected four axes, for maps of rows and columns");
        var kernel = new Extent(height, width);
        if (step.Extent("kernel_shape", kernel, 1) != kernel)
            throw step.Refuse($"has a kernel_shape that its weights {shape} do not have");
        if (step.Int("group", 1) != 1)
            throw step.Refuse("is a transposed convolution in groups, which no operation here computes");
        if (inputs != step.Draft.ShapeOf(x.Node).Channels)
            throw step.Refuse($"has weights {shape}, but is given {step.Draft.ShapeOf(x.Node).Channels} channels");
        if (step.Ints("output_shape") is not null || step.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID" or ""))
            throw step.Refuse("has an output_shape or auto_pad; expected pads and output_padding alone");
        var op = new ConvTranspose(
            @out,
            kernel,
            step.Extent("strides", 1, 1),
            Padding(step),
            step.Extent("output_padding", 0, 0),
            step.Optional(2) is not null,
            step.Extent("dilations", 1, 1)
        );
        var arrays = new Dictionary<ParameterKind, DraftArray> { [ParameterKind.ConvTransposeWeight] = new(weight) };
        if (op.Bias)
            arrays[ParameterKind.Bias] = new(Windows.Vector(step, 2, "bias", @out));
        return step.Draft.Seen(step.Emit(op, arrays, x.Node));
    }

    private static Extent Padding(Step step) =>
        step.Ints("pads") switch
        {
            null or [] => 0,
            [var top, var left, var bottom, var right] when (top, left) == (bottom, right) => new Extent(
                step.Size("pads", top, 0),
                step.Size("pads", left, 0)
            ),
            { } pads => throw step.Refuse(
                $"leaves out [{string.Join(",", pads.Take(8))}]; expected as much above as below, on the left as on the right"
            ),
        };
}

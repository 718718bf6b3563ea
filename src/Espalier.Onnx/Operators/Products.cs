using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Linear layers.</summary>
internal static class Products
{
    /// <summary>Gemm.</summary>
    public static Value Gemm(Step step)
    {
        if (step.Int("transA", 0) != 0 || step.Float("alpha", 1) != 1 || step.Optional(2) is not null && step.Float("beta", 1) != 1)
            throw step.Refuse("transposes or scales what it is given; expected x·W + b alone");
        return Layer(step, step.Whole(0), step.Constant(1, "weights"), step.Int("transB", 0) == 0, hasBias: step.Optional(2) is not null);
    }

    /// <summary>MatMul: with an array of the model a linear layer, of two values half of an attention.</summary>
    public static Value MatMul(Step step) =>
        step.Required(1) is Constant weight ? Layer(step, step.Whole(0), weight, isTransposed: true, hasBias: false)
        : step.Required(0) is Constant ? throw step.Refuse("multiplies by an array from the left; expected one from the right")
        : Attentions.MatMul(step);

    private static Activation Layer(Step step, Activation x, Constant weight, bool isTransposed, bool hasBias)
    {
        if (weight.Dims is not [var rows, var columns])
            throw step.Refuse($"has weights [{string.Join(",", weight.Dims)}]; expected a matrix");
        (int from, int to) = isTransposed ? (rows, columns) : (columns, rows);
        int last = x.Axes.Rank - 1;
        if (last < 0 || x.Axes.Lengths[last] != from)
            throw step.Refuse($"has weights [{rows},{columns}], but is given [{string.Join(",", x.Axes.Lengths)}]");
        // Along tokens, too, as MLP-Mixer mixes them.
        x = Flat.Facing(step, x, last) ?? throw step.Refuse("multiplies along an axis that is neither all channels nor all positions");
        var arrays = new Dictionary<ParameterKind, DraftArray> { [ParameterKind.LinearWeight] = new(weight, isTransposed) };
        if (hasBias)
            arrays[ParameterKind.Bias] = new(Windows.Vector(step, 2, "bias", to));
        bool isFlat = step.Draft.ShapeOf(x.Node).IsFlat;
        int node = step.Emit(new Linear(to, hasBias, isFlat ? LinearAxis.Features : LinearAxis.Channels), arrays, x.Node);
        return new Activation(node, x.Axes.With(last, Axes.Whole(Dim.Channels, to)));
    }
}

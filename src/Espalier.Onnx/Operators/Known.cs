using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>The operators that can be followed.</summary>
internal static class Known
{
    private static readonly Dictionary<string, Func<Step, Value>> s_operators = new(StringComparer.Ordinal)
    {
        ["Conv"] = Windows.Conv,
        ["ConvTranspose"] = Transposed.Of,
        ["MaxPool"] = Windows.MaxPool,
        ["AveragePool"] = Windows.AveragePool,
        ["GlobalMaxPool"] = Windows.GlobalMaxPool,
        ["GlobalAveragePool"] = Windows.GlobalAveragePool,
        ["Gemm"] = Products.Gemm,
        ["MatMul"] = Products.MatMul,
        ["BatchNormalization"] = Norms.Batch,
        ["LayerNormalization"] = Norms.Layer,
        ["InstanceNormalization"] = Norms.Instance,
        ["GroupNormalization"] = Norms.Group,
        ["Relu"] = Pointwise.Of(new Relu()),
        ["Sigmoid"] = Pointwise.Of(new Sigmoid()),
        ["Tanh"] = Pointwise.Of(new Tanh()),
        ["HardSwish"] = Pointwise.Of(new HardSwish()),
        ["Clip"] = Pointwise.Clip,
        ["HardSigmoid"] = Pointwise.HardSigmoid,
        ["LeakyRelu"] = Pointwise.LeakyRelu,
        ["Gelu"] = Pointwise.Gelu,
        ["Swish"] = Pointwise.Swish,
        ["Softmax"] = Pointwise.Softmax,
        ["LogSoftmax"] = Pointwise.LogSoftmax,
        ["Identity"] = Pointwise.Nothing,
        ["Dropout"] = Pointwise.Nothing,
        ["Cast"] = Pointwise.Cast,
        ["CastLike"] = Pointwise.Cast,
        ["Max"] = Pointwise.Bound(isLow: true),
        ["Min"] = Pointwise.Bound(isLow: false),
        ["Add"] = Joins.Add,
        ["Sum"] = Joins.Sum,
        ["Sub"] = Joins.Sub,
        ["Mul"] = Joins.Mul,
        ["Div"] = Joins.Div,
        ["Concat"] = Joins.Concat,
        ["Erf"] = step => Formulas.Made(step, Form.Erf, step.Required(0)),
        ["Sqrt"] = step => Formulas.Made(step, Form.Root, step.Required(0)),
        ["Pow"] = step =>
            step.Required(1) is Constant { Scalar: 2 }
                ? Formulas.Made(step, Form.Square, step.Required(0))
                : throw step.Refuse("takes another power than the square"),
        ["ReduceMean"] = Reductions.Mean,
        ["Pad"] = Borders.Pad,
        ["Reshape"] = Layouts.Reshape,
        ["Flatten"] = Layouts.Flatten,
        ["Squeeze"] = Layouts.Squeeze,
        ["Unsqueeze"] = Layouts.Unsqueeze,
        ["Transpose"] = Layouts.Transpose,
        ["Slice"] = Layouts.Slice,
        ["Gather"] = Layouts.Gather,
        ["Resize"] = Sizes.Resize,
        ["Upsample"] = Sizes.Upsample,
        ["Expand"] = Expand,
    };

    /// <summary>
    /// Refuses what is followed nowhere, before any node is looked at: what leads to it may be refused for a lesser reason, such as the
    /// size of a recurrent layer's arrays.
    /// </summary>
    public static void MustKnow(Step step)
    {
        string kind = step.Node.Operator;
        bool saysMore = step.Node.Domain.Length > 0 || step.Node.Attributes.Values.Any(attribute => attribute.IsGraph);
        if (!saysMore && kind != "Split" && !s_operators.ContainsKey(kind) && !Fold.Knows(kind))
            throw Unknown(step);
    }

    private static InputException Unknown(Step step) => step.Refuse("cannot be followed: no operation of a network here computes it");

    /// <summary>What a node gives.</summary>
    public static IReadOnlyList<Value> Of(Step step)
    {
        if (step.Node.Domain.Length > 0)
            throw step.Refuse(
                $"is of the domain '{Espalier.Files.FileFaults.Shorten(step.Node.Domain)}'; expected operators of the standard"
            );
        if (step.Node.Attributes.Values.Any(attribute => attribute.IsGraph))
            throw step.Refuse("decides by values what is computed, which no network here does");
        if (Fold.Of(step) is { } folded)
            return [folded];
        if (step.Node.Operator == "Split")
            return Layouts.Split(step);
        return s_operators.TryGetValue(step.Node.Operator, out Func<Step, Value>? made) ? [made(step)] : throw Unknown(step);
    }

    private static Value Expand(Step step)
    {
        long[] lengths = Fold.ShapeOf(step, step.Required(0)),
            asked = Fold.Small(step, 1).Longs();
        return
            asked.Length <= lengths.Length
            && asked.Reverse().Zip(lengths.Reverse()).All(pair => pair.First == 1 || pair.First == pair.Second)
            ? step.Required(0)
            : Joins.Stretched(step, lengths, asked);
    }
}

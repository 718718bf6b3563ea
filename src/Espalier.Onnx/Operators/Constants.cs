using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Arrays of the model that are added to values or multiply them: biases, scales, embeddings.</summary>
internal static class Constants
{
    /// <summary>A product: a scale per channel, or a number within a formula.</summary>
    public static Value Multiplied(Step step, Value value, Constant factors)
    {
        if (value is Scores scores && factors.Scalar is { } factor)
            return Attentions.Scaled(step, scores, factor);
        bool isPart = value is Activation { Part: not null } && factors.Scalar is not null;
        if (value is not Deferred && !isPart && IsPerChannel(step, step.Whole(value), factors))
        {
            Activation x = step.Whole(value);
            Shape shape = step.Draft.ShapeOf(x.Node);
            bool isVector = factors.Dims.Length == 1;
            Constant array = factors.Reshaped(shape.IsFlat || isVector ? [shape.Channels] : [shape.Channels, 1, 1]);
            var arrays = new Dictionary<ParameterKind, DraftArray> { [ParameterKind.NormWeight] = new(array) };
            return new Activation(step.Emit(new Scale(Vector: isVector && !shape.IsFlat), arrays, x.Node), x.Axes);
        }
        return factors.Scalar is { } number
            ? Formulas.Made(step, Form.Scaled, value, number)
            : throw step.Refuse($"multiplies by [{string.Join(",", factors.Dims)}]; expected one number a channel");
    }

    /// <summary>A sum: a layer's bias, a norm's shift, an embedding of positions, or a number within a formula.</summary>
    public static Value Added(Step step, Value value, Constant terms)
    {
        if (value is not Deferred)
        {
            Activation x = step.Whole(value);
            if (IsPerChannel(step, x, terms) && Shifted(step, x, terms) is { } shifted)
                return shifted;
            if (Placed(step, x, terms) is { } placed)
                return placed;
        }
        return terms.Scalar is { } number
            ? Formulas.Made(step, Form.Shifted, value, number)
            : throw step.Refuse($"adds [{string.Join(",", terms.Dims)}] to something else than a layer without a bias, a norm or tokens");
    }

    /// <summary>A class token before others.</summary>
    public static Value Prepended(Step step, Value token, Activation others)
    {
        (Constant array, int[] dims) = token is Repeated repeated
            ? (repeated.Inner, repeated.Dims)
            : ((Constant)token, ((Constant)token).Dims);
        Activation x = Flat.AsTokens(step, others);
        Shape shape = step.Draft.ShapeOf(x.Node);
        int axis = step.Axis(step.Int("axis", 0), x.Axes.Rank);
        bool isOne = dims.Length == x.Axes.Rank && dims[axis] == 1 && array.Count == shape.Channels;
        int channels = x.Axes.IndexOf(Dim.Channels, shape.Channels);
        if (
            !isOne
            || shape.IsFlat
            || channels < 0
            || dims[channels] != shape.Channels
            || !x.Axes.Is(axis, Axes.Whole(Dim.Rows, shape.Height))
        )
            throw step.Refuse("joins an array to something else than the tokens that follow a class token");
        var arrays = new Dictionary<ParameterKind, DraftArray> { [ParameterKind.Embedding] = new(array.Reshaped([1, 1, shape.Channels])) };
        int node = step.Emit(new ClassToken(), arrays, x.Node);
        return new Activation(node, x.Axes.With(axis, Axes.Whole(Dim.Rows, shape.Height + 1)));
    }

    /// <summary>Whether an array has one number a channel, in the order and on the axis of these.</summary>
    private static bool IsPerChannel(Step step, Activation x, Constant array)
    {
        int channels = step.Draft.ShapeOf(x.Node).Channels,
            axis = x.Axes.IndexOf(Dim.Channels, channels),
            behind = x.Axes.Rank - array.Dims.Length;
        if (array.Count != channels)
            return false;
        if (channels == 1)
            return true;
        return axis >= behind && axis >= 0 && array.Dims[axis - behind] == channels;
    }

    private static Activation? Shifted(Step step, Activation x, Constant terms)
    {
        DraftNode node = step.Draft.Nodes[x.Node];
        DraftArray array = new(terms.Reshaped([terms.Count]));
        Operation? layer = node.Operation switch
        {
            Conv { Bias: false } op => op with { Bias = true },
            ConvTranspose { Bias: false } op => op with { Bias = true },
            DepthwiseConv { Bias: false } op => op with { Bias = true },
            Linear { Bias: false } op => op with { Bias = true },
            _ => null,
        };
        if (layer is not null)
            return Again(layer, new(node.Arrays) { [ParameterKind.Bias] = array }, node.Inputs);
        DraftArray? scale = node.Operation is Scale ? node[ParameterKind.NormWeight] : null;
        DraftNode norm = scale is null ? node : step.Draft.Nodes[node.Inputs[0]];
        Operation? affine = norm.Operation switch
        {
            GroupNorm { Affine: false } op => op with { Affine = true },
            InstanceNorm { Affine: false } op => op with { Affine = true },
            BatchNorm { Affine: false } op => op with { Affine = true },
            LayerNorm or LayerNorm2d when IsBare(norm) => norm.Operation,
            _ => null,
        };
        if (affine is null)
            return null;
        Constant factors = scale?.Of.Reshaped([terms.Count]) ?? Constant.Filled(terms.Count, 1);
        return Again(affine, new(norm.Arrays) { [ParameterKind.NormWeight] = new(factors), [ParameterKind.NormBias] = array }, norm.Inputs);

        Activation Again(Operation operation, Dictionary<ParameterKind, DraftArray> arrays, IReadOnlyList<int> inputs) =>
            new(step.Emit(operation, arrays, inputs), x.Axes);
    }

    /// <summary>Whether a norm's scale and shift were made up, since the model multiplies and adds after it.</summary>
    private static bool IsBare(DraftNode norm) => norm.Arrays.Values.All(array => array.Of.Name.Length == 0);

    private static Activation? Placed(Step step, Activation given, Constant terms)
    {
        Activation x = Flat.AsTokens(step, given);
        Shape shape = step.Draft.ShapeOf(x.Node);
        int behind = x.Axes.Rank - terms.Dims.Length,
            rows = x.Axes.IndexOf(Dim.Rows, shape.Height),
            channels = x.Axes.IndexOf(Dim.Channels, shape.Channels);
        if (
            shape.IsFlat
            || rows < 0
            || channels < 0
            || Math.Min(rows, channels) < behind
            || terms.Count != (long)shape.Height * shape.Channels
        )
            return null;
        if (terms.Dims[rows - behind] != shape.Height || terms.Dims[channels - behind] != shape.Channels)
            return null;
        Constant array = rows < channels ? terms : Moving.Transposed(step, terms.Reshaped([shape.Channels, shape.Height]), [1, 0]);
        var arrays = new Dictionary<ParameterKind, DraftArray>
        {
            [ParameterKind.Embedding] = new(array.Reshaped([1, shape.Height, shape.Channels])),
        };
        return new Activation(step.Emit(new PositionEmbedding(), arrays, x.Node), x.Axes);
    }
}

using Espalier.Networks;
using Espalier.Onnx.Drafting;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Normalisations.</summary>
internal static class Norms
{
    /// <summary>BatchNormalization, with its statistics; nothing is folded into convolutions.</summary>
    public static Value Batch(Step step)
    {
        Activation x = step.Whole(0);
        int channels = step.Draft.ShapeOf(x.Node).Channels;
        if (step.Int("training_mode", 0) != 0 || step.Node.Outputs.Count(name => name.Length > 0) > 1)
            throw step.Refuse("normalises by the batch, as in training; export the model in evaluation mode");
        if (x.Axes.Rank < 2 || !x.Axes.Is(1, Axes.Whole(Dim.Channels, channels)))
            throw step.Refuse("normalises another axis than the channels");
        Constant scale = Windows.Vector(step, 1, "scale", channels),
            shift = Windows.Vector(step, 2, "shift", channels);
        // Of a norm that has neither, exporters make constants without a name of their own.
        bool isAffine = NodeNames.IsKept(scale.Name) || NodeNames.IsKept(shift.Name) || !IsAll(scale, 1) || !IsAll(shift, 0);
        var arrays = new Dictionary<ParameterKind, DraftArray>(isAffine ? Affine(scale, shift) : [])
        {
            [ParameterKind.RunningMean] = new(Windows.Vector(step, 3, "mean", channels)),
            [ParameterKind.RunningVariance] = new(Windows.Vector(step, 4, "variance", channels)),
        };
        double momentum = Rounded(1 - step.Float("momentum", 0.9));
        return new Activation(step.Emit(new BatchNorm(Rounded(step.Float("epsilon", 1e-5)), momentum, isAffine), arrays, x.Node), x.Axes);
    }

    /// <summary>LayerNormalization.</summary>
    public static Value Layer(Step step)
    {
        Activation x = step.Whole(0);
        int last = x.Axes.Rank - 1;
        if (step.Axis(step.Int("axis", -1), x.Axes.Rank) != last || Flat.Facing(step, x, last) is not { } facing)
            throw step.Refuse("normalises other axes than the channels alone");
        x = facing;
        int channels = step.Draft.ShapeOf(x.Node).Channels;
        if (step.Node.Outputs.Skip(1).Any(name => name.Length > 0))
            throw step.Refuse("gives means and deviations, too, which nothing here reads");
        Constant scale = Windows.Vector(step, 1, "scale", channels),
            shift = step.Optional(2) is null ? Constant.Filled(channels, 0) : Windows.Vector(step, 2, "shift", channels);
        return OfChannels(step, x, Rounded(step.Float("epsilon", 1e-5)), scale, shift);
    }

    /// <summary>A norm of each position's channels.</summary>
    public static Activation OfChannels(Step step, Activation x, double epsilon, Constant scale, Constant shift) =>
        new(
            step.Emit(step.Draft.ShapeOf(x.Node).IsFlat ? new LayerNorm(epsilon) : new LayerNorm2d(epsilon), Affine(scale, shift), x.Node),
            x.Axes
        );

    /// <summary>
    /// InstanceNormalization; of channels seen as groups, with a scale of 1 and a shift of 0, it is how exporters write a group norm.
    /// </summary>
    public static Value Instance(Step step)
    {
        Activation x = step.Whole(0);
        Shape shape = step.Draft.ShapeOf(x.Node);
        double epsilon = Rounded(step.Float("epsilon", 1e-5));
        if (x.Axes.Rank < 3 || shape.IsFlat)
            throw step.Refuse("normalises something else than maps");
        int groups = (int)Math.Min(int.MaxValue, x.Axes.Lengths[1]);
        Constant scale = Windows.Vector(step, 1, "scale", groups),
            shift = Windows.Vector(step, 2, "shift", groups);
        Axes usual = Axes.Usual(shape, step.Draft.Batch);
        if (groups == shape.Channels && x.Axes.Is(1, Axes.Whole(Dim.Channels, groups)))
            return new Activation(step.Emit(new InstanceNorm(epsilon, Affine: true), Affine(scale, shift), x.Node), x.Axes);
        if (usual.Reshaped(x.Axes.Lengths) is not { } grouped || !grouped.Same(x.Axes) || shape.Channels % groups != 0)
            throw step.Refuse("normalises another axis than the channels or groups of them");
        if (!IsAll(scale, 1) || !IsAll(shift, 0))
            throw step.Refuse("scales or shifts groups of channels");
        return new Activation(step.Emit(new GroupNorm(groups, epsilon, Affine: false), null, x.Node), x.Axes);
    }

    /// <summary>GroupNormalization; its first version scales groups.</summary>
    public static Value Group(Step step)
    {
        Activation x = step.Maps(step.Required(0));
        int channels = step.Draft.ShapeOf(x.Node).Channels,
            groups = step.Size("num_groups", step.Int("num_groups", 0), 1);
        if (step.Opset < 21 && groups != channels)
            throw step.Refuse("scales groups of channels, as opset 18 has it; expected one scale a channel (opset 21)");
        Constant scale = Windows.Vector(step, 1, "scale", channels),
            shift = Windows.Vector(step, 2, "shift", channels);
        return step.Draft.Seen(step.Emit(new GroupNorm(groups, Rounded(step.Float("epsilon", 1e-5))), Affine(scale, shift), x.Node));
    }

    /// <summary>Scale and shift of a norm.</summary>
    public static Dictionary<ParameterKind, DraftArray> Affine(Constant scale, Constant shift) =>
        new() { [ParameterKind.NormWeight] = new(scale), [ParameterKind.NormBias] = new(shift) };

    /// <summary>A number of 32 bits as one would write it: 1e-5 and not 9.99999974737875e-06.</summary>
    public static double Rounded(double value)
    {
        double tidy = double.Parse(
            value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.CultureInfo.InvariantCulture
        );
        return Math.Abs(tidy - value) <= 1e-6 * Math.Abs(value) + 1e-8 * (Math.Abs(value) > 1e-3 ? 1 : 0) ? tidy : value;
    }

    private static bool IsAll(Constant constant, double value) =>
        constant.Count <= Constant.MostFolded && constant.Doubles().All(found => found.Equals(value));
}

using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Functions of each value.</summary>
internal static class Pointwise
{
    /// <summary>One that every operation here computes as the model means it.</summary>
    public static Func<Step, Value> Of(Operation operation) => step => Applied(step, operation);

    /// <summary>Clip, with its bounds as attributes or inputs.</summary>
    public static Value Clip(Step step)
    {
        double low = Bound(step, "min", 1, double.NegativeInfinity),
            high = Bound(step, "max", 2, double.PositiveInfinity);
        return Kept(step, step.Required(0), low, high);
    }

    /// <summary>Max or Min with a number: one inside the other is a Clip.</summary>
    /// <param name="isLow">Whether it is Max, which gives the lower bound.</param>
    public static Func<Step, Value> Bound(bool isLow) =>
        step =>
            (step.Required(0), step.Required(1), step.Node.Inputs.Count) switch
            {
                (var x, Constant { Scalar: { } number }, 2) => Bounded(step, x, number, isLow),
                (Constant { Scalar: { } number }, var x, 2) => Bounded(step, x, number, isLow),
                _ => throw step.Refuse("compares values with each other, which no operation of a network here does"),
            };

    private static Value Bounded(Step step, Value x, double number, bool isLow) =>
        x is Deferred { Form: Form.AtLeast or Form.AtMost } inner && isLow == (inner.Form == Form.AtMost)
            ? Kept(step, inner.Parts[0], isLow ? number : inner.Number, isLow ? inner.Number : number)
            : Formulas.Made(step, isLow ? Form.AtLeast : Form.AtMost, x, number);

    private static Value Kept(Step step, Value x, double low, double high) =>
        (low, high) switch
        {
            (0, 6) when x is Deferred => Formulas.Made(step, Form.Clipped, x),
            (0, 6) => Applied(step, new Relu6(), x),
            (0, >= float.MaxValue) => Applied(step, new Relu(), x),
            _ => throw step.Refuse(
                FormattableString.Invariant($"keeps values within {low} and {high}; expected 0 and 6, or nothing below 0")
            ),
        };

    /// <summary>HardSigmoid.</summary>
    public static Value HardSigmoid(Step step)
    {
        (double alpha, double beta) = (step.Float("alpha", 0.2), step.Float("beta", 0.5));
        return Formulas.Near(alpha, 1.0 / 6) && Formulas.Near(beta, 0.5)
            ? Applied(step, new HardSigmoid())
            : throw step.Refuse(FormattableString.Invariant($"has alpha {alpha} and beta {beta}; expected 1/6 and 1/2"));
    }

    /// <summary>LeakyRelu.</summary>
    public static Value LeakyRelu(Step step) => Applied(step, new LeakyRelu(Norms.Rounded(step.Float("alpha", 0.01))));

    /// <summary>Gelu by the error function.</summary>
    public static Value Gelu(Step step) =>
        step.Text("approximate", "none") == "none"
            ? Applied(step, new Gelu())
            : throw step.Refuse("approximates by tanh, which differs from gelu by up to 1e-3; export the exact one");

    /// <summary>Swish, x · σ(αx).</summary>
    public static Value Swish(Step step) =>
        step.Float("alpha", 1) == 1 ? Applied(step, new Silu()) : throw step.Refuse("has another alpha than 1");

    /// <summary>Softmax over channels, or of an attention.</summary>
    public static Value Softmax(Step step)
    {
        if (step.Required(0) is Scores scores)
            return Attentions.Softmax(step, scores);
        Activation x = step.Whole(0);
        int axis = step.Axis(step.Int("axis", step.Opset < 13 ? 1 : -1), x.Axes.Rank);
        bool isWhole = x.Axes.Is(axis, Axes.Whole(Dim.Channels, step.Draft.ShapeOf(x.Node).Channels));
        // Before version 13 all axes from this one on were taken together.
        bool isAlone = step.Opset >= 13 || x.Axes.Lengths.Skip(axis + 1).All(length => length == 1);
        return isWhole && isAlone
            ? Applied(step, new Softmax())
            : throw step.Refuse("takes a softmax along another axis than the channels");
    }

    /// <summary>What passes on what it is given.</summary>
    public static Value Nothing(Step step) =>
        step.Node.Operator != "Dropout" || step.Optional(2) is not Constant { Scalar: { } training } || training == 0
            ? step.Required(0)
            : throw step.Refuse("draws a dropout, as in training; export the model in evaluation mode");

    /// <summary>Cast or CastLike to another float: numbers stay what they are.</summary>
    public static Value Cast(Step step) =>
        Fold.MakesWhole(step) ? throw step.Refuse("makes whole numbers of values, which no operation here does") : step.Required(0);

    /// <summary>LogSoftmax: as the last node it says the same as logits do.</summary>
    public static Value LogSoftmax(Step step) =>
        Softmax(step) is Activation x
            ? new LogShares(step.Node, new Activation(step.Draft.Nodes[x.Node].Inputs[0], x.Axes))
            : throw step.Refuse("is no operation of an attention");

    private static Activation Applied(Step step, Operation operation, Value? of = null)
    {
        Activation x = step.Whole(of ?? step.Required(0));
        return new Activation(step.Emit(operation, null, x.Node), x.Axes);
    }

    private static double Bound(Step step, string name, int input, double usual) =>
        step.Optional(input) is null ? step.Float(name, usual)
        : step.Optional(input) is Constant { Scalar: { } bound } ? bound
        : throw step.Refuse($"computes its {name}");
}

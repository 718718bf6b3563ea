using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Sums, products and concatenations.</summary>
internal static class Joins
{
    /// <summary>Add.</summary>
    public static Value Add(Step step)
    {
        (Value a, Value b) = Given(step);
        return b switch
        {
            Constant constant => Constants.Added(step, a, constant),
            Repeated repeated => Constants.Added(step, a, repeated.Inner),
            _ => Joined(step, new Add(), a, b),
        };
    }

    /// <summary>Sum of any number.</summary>
    public static Value Sum(Step step)
    {
        Value sum = step.Required(0);
        for (int i = 1; i < step.Node.Inputs.Count; i++)
            sum = Joined(step, new Add(), sum, step.Required(i));
        return sum;
    }

    /// <summary>Sub.</summary>
    public static Value Sub(Step step) =>
        (step.Required(0), step.Required(1)) switch
        {
            (var x, Constant { Scalar: { } number }) => Formulas.Made(step, Form.Shifted, x, -number),
            (Constant or Repeated, _) or (_, Constant or Repeated) => throw step.Refuse("subtracts an array, which no operation here does"),
            var (a, b) => Formulas.Made(step, Form.Difference, [a, b]),
        };

    /// <summary>Mul.</summary>
    public static Value Mul(Step step)
    {
        (Value a, Value b) = Given(step);
        if (b is Constant constant)
            return Constants.Multiplied(step, a, constant);
        if (a is not Activation x || b is not Activation y)
            return a is Deferred || b is Deferred ? Formulas.Made(step, Form.Product, [a, b]) : Joined(step, new Multiply(), a, b);
        // x · σ(x), whichever side the gate is on.
        return Gated(step, x, y) ?? Gated(step, y, x) ?? Joined(step, new Multiply(), x, y);
    }

    /// <summary>Div.</summary>
    public static Value Div(Step step) =>
        (step.Required(0), step.Required(1)) switch
        {
            (Scores scores, Constant { Scalar: { } number }) => Attentions.Scaled(step, scores, 1 / number),
            (var x, Constant { Scalar: { } number }) => Formulas.Made(step, Form.Scaled, x, 1 / number),
            (Deferred a, Deferred b) => Formulas.Made(step, Form.Quotient, [a, b]),
            _ => throw step.Refuse("divides by an array or by something computed, which no operation here does"),
        };

    /// <summary>Concat of channels, or of a class token and others.</summary>
    public static Value Concat(Step step)
    {
        Value[] given = [.. Enumerable.Range(0, step.Node.Inputs.Count).Select(step.Required)];
        if (given is [Constant or Repeated, var others])
            return Constants.Prepended(step, given[0], step.Whole(others));
        Activation[] parts = [.. given.Select(step.Whole)];
        if (parts.Length == 1)
            return parts[0];
        int axis = step.Axis(step.Int("axis", 1), parts[0].Axes.Rank);
        foreach (Activation part in parts)
        {
            int channels = step.Draft.ShapeOf(part.Node).Channels;
            if (part.Axes.Rank != parts[0].Axes.Rank || !part.Axes.Is(axis, Axes.Whole(Dim.Channels, channels)))
                throw step.Refuse("joins along another axis than the channels");
            if (!part.Axes.With(axis, []).Same(parts[0].Axes.With(axis, [])))
                throw step.Refuse("joins values whose other axes differ");
        }
        int node = step.Emit(new Concat(), null, [.. parts.Select(part => part.Node)]);
        return new Activation(node, parts[0].Axes.With(axis, Axes.Whole(Dim.Channels, step.Draft.ShapeOf(node).Channels)));
    }

    /// <summary>Values repeated along axes where they have length 1.</summary>
    public static Value Stretched(Step step, long[] lengths, long[] asked)
    {
        Activation x = step.Whole(0);
        int rank = Math.Max(lengths.Length, asked.Length);
        long[] own = [.. Enumerable.Repeat(1L, rank - lengths.Length), .. lengths],
            wanted = [.. Enumerable.Repeat(1L, rank - asked.Length), .. asked];
        return own.Zip(wanted).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1)
            ? new Stretched(x, [.. own.Zip(wanted).Select(pair => Math.Max(pair.First, pair.Second))])
            : throw step.Refuse("stretches an axis that is longer than 1");
    }

    /// <summary>Two values, an array second; what is repeated to be as long as the other is as it was.</summary>
    private static (Value A, Value B) Given(Step step)
    {
        (Value a, Value b) = (step.Required(0), step.Required(1));
        if (a is Constant or Repeated)
            (a, b) = (b, a);
        return (Unstretched(a, b), Unstretched(b, a));
    }

    private static Value Unstretched(Value value, Value other) =>
        value is Stretched stretched && other is Activation x && x.Axes.Lengths.SequenceEqual(stretched.Dims) ? stretched.Of : value;

    /// <summary>A sum or product of two, of which either may have axes of length 1 where the other has longer ones.</summary>
    private static Activation Joined(Step step, Operation operation, Value a, Value b)
    {
        Activation left = step.Whole(a),
            right = step.Whole(b);
        if (Met(left, right) is { } axes && Flatness(step, left) == Flatness(step, right))
            return new Activation(step.Emit(operation, null, left.Node, right.Node), axes);
        // One is features again made maps, or maps of which the other has tokens.
        left = AsMaps(step, left, right);
        right = AsMaps(step, right, left);
        if (Met(left, right) is null)
            (left, right) = (Flat.AsTokens(step, left), Flat.AsTokens(step, right));
        // Tokens that were mixed lie along channels; those that channels lie along go on as they are.
        if (
            Met(left, right) is null
            && Flat.Swapped(step, right) is { } other
            && Met(left, other) is { } turned
            && IsUpright(step, left, turned)
        )
            right = other;
        else if (Met(left, right) is null && Flat.Swapped(step, left) is { } one && Met(one, right) is not null)
            left = one;
        return Met(left, right) is { } met
            ? new Activation(step.Emit(operation, null, left.Node, right.Node), met)
            : throw step.Refuse("joins two values whose channels or positions are not in the same order");
    }

    private static bool IsUpright(Step step, Activation x, Axes axes) =>
        axes.Is(axes.Rank - 1, Axes.Whole(Dim.Channels, step.Draft.ShapeOf(x.Node).Channels));

    private static bool Flatness(Step step, Activation x) => step.Draft.ShapeOf(x.Node).IsFlat;

    private static Activation AsMaps(Step step, Activation x, Activation other) =>
        Flatness(step, x) && !Flatness(step, other) && Flat.AsMaps(step.Draft, x) is { } maps ? maps : x;

    private static Axes? Met(Activation a, Activation b)
    {
        int rank = Math.Max(a.Axes.Rank, b.Axes.Rank);
        Axes left = a.Axes.Padded(rank),
            right = b.Axes.Padded(rank);
        for (int axis = 0; axis < rank; axis++)
            if (left[axis].Count > 0 && right[axis].Count > 0 && !left.Is(axis, right[axis]))
                return null;
        return new Axes(Enumerable.Range(0, rank).Select(axis => left[axis].Count > 0 ? left[axis] : right[axis]));
    }

    private static Activation? Gated(Step step, Activation x, Activation gate)
    {
        Operation? operation = step.Draft.Nodes[gate.Node].Operation switch
        {
            Sigmoid => new Silu(),
            HardSigmoid => new HardSwish(),
            _ => null,
        };
        return operation is not null && step.Draft.Nodes[gate.Node].Inputs[0] == x.Node && x.Axes.Same(gate.Axes)
            ? new Activation(step.Emit(operation, null, x.Node), x.Axes)
            : null;
    }
}

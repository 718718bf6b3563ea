using Espalier.Networks;
using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Formulas that exporters write out, and what they are: gelu, hard-swish, hard-sigmoid, layer norm.</summary>
internal static class Formulas
{
    /// <summary>A step of a formula, or the operation that it is with this step.</summary>
    public static Value Made(Step step, Form form, Value part, double number = 0) => Made(step, form, [part], number);

    /// <inheritdoc cref="Made(Step, Form, Value, double)"/>
    public static Value Made(Step step, Form form, Value[] parts, double number = 0)
    {
        foreach (Value part in parts)
            // A factor goes with queries or keys, too, which are parts of channels.
            if (part is not Deferred)
                _ = form == Form.Scaled ? step.Resolved(part) : step.Whole(part);
        var made = new Deferred(step.Node, form, parts, number);
        if (made.IsTooDeep)
            throw step.Refuse("is part of a formula that no operation here computes");
        return form switch
        {
            Form.Scaled or Form.Product => (Value?)Product(step, made) ?? made,
            Form.Quotient => (Value?)LayerNorm(step, made) ?? made,
            _ => made,
        };
    }

    /// <summary>Whether two numbers are the same but for the rounding of short formats.</summary>
    public static bool Near(double a, double b) => Math.Abs(a - b) <= 3e-4 * Math.Abs(b);

    /// <summary>ReduceMean over channels.</summary>
    public static Value Mean(Step step, Value of) => Made(step, Form.Mean, of);

    private static Activation? Product(Step step, Deferred product)
    {
        var factors = new List<Value>();
        double number = Factors(product, factors);
        switch (factors)
        {
            // x · (1 + erf(x / √2)) / 2
            case [var a, var b] when Near(number, 0.5) && (Gated(a, b) ?? Gated(b, a)) is { } x:
                return Emitted(step, x, new Gelu());
            // x · min(6, max(0, x + 3)) / 6
            case [var a, var b] when Near(number, 1.0 / 6) && (Hard(a, b) ?? Hard(b, a)) is { } x:
                return Emitted(step, x, new HardSwish());
            case [Deferred { Form: Form.Clipped } clipped] when Near(number, 1.0 / 6) && Clipped(clipped) is { } x:
                return Emitted(step, x, new HardSigmoid());
            default:
                return null;
        }
    }

    private static Activation Emitted(Step step, Activation x, Operation operation) => new(step.Emit(operation, null, x.Node), x.Axes);

    private static double Factors(Value value, List<Value> factors)
    {
        switch (value)
        {
            case Deferred { Form: Form.Scaled } scaled:
                return scaled.Number * Factors(scaled.Parts[0], factors);
            case Deferred { Form: Form.Product } product when factors.Count < 4:
                return Factors(product.Parts[0], factors) * Factors(product.Parts[1], factors);
            default:
                factors.Add(value);
                return 1;
        }
    }

    private static Activation? Gated(Value x, Value gate) =>
        x is Activation input
        && gate is Deferred { Form: Form.Shifted, Number: 1, Parts: [Deferred { Form: Form.Erf, Parts: [Deferred inner] }] }
        && inner is { Form: Form.Scaled, Parts: [var of] }
        && Near(inner.Number, 1 / Math.Sqrt(2))
        && Deferred.Same(of, input)
            ? input
            : null;

    private static Activation? Hard(Value x, Value gate) =>
        x is Activation input && gate is Deferred { Form: Form.Clipped } clipped && Clipped(clipped) is { } of && of.Same(input)
            ? input
            : null;

    private static Activation? Clipped(Deferred clipped) =>
        clipped.Parts[0] is Deferred { Form: Form.Shifted, Number: 3, Parts: [Activation x] } ? x : null;

    /// <summary>(x - mean(x)) / √(mean((x - mean(x))²) + ε)</summary>
    private static Activation? LayerNorm(Step step, Deferred quotient)
    {
        if (
            quotient.Parts[0] is not Deferred { Form: Form.Difference, Parts: [Activation x, Deferred { Form: Form.Mean } mean] } centred
            || quotient.Parts[1] is not Deferred { Form: Form.Root, Parts: [Deferred { Form: Form.Shifted } shifted] }
            || shifted.Parts[0] is not Deferred { Form: Form.Mean, Parts: [Deferred squared] }
            || !Deferred.Same(mean.Parts[0], x)
        )
            return null;
        bool isVariance = squared switch
        {
            { Form: Form.Square } => Deferred.Same(squared.Parts[0], centred),
            { Form: Form.Product } => squared.Parts.All(part => Deferred.Same(part, centred)),
            _ => false,
        };
        int channels = step.Draft.ShapeOf(x.Node).Channels;
        return isVariance
            ? Norms.OfChannels(step, x, Norms.Rounded(shifted.Number), Constant.Filled(channels, 1), Constant.Filled(channels, 0))
            : null;
    }
}

using Espalier.Onnx.Format;

namespace Espalier.Onnx.Values;

/// <summary>A step of a formula that no operation of a network is by itself, such as a square.</summary>
internal enum Form
{
    /// <summary>Times a number.</summary>
    Scaled,

    /// <summary>Plus a number.</summary>
    Shifted,

    /// <summary>Product of two.</summary>
    Product,

    /// <summary>First minus second.</summary>
    Difference,

    /// <summary>First over second.</summary>
    Quotient,

    /// <summary>Mean over channels.</summary>
    Mean,

    /// <summary>Square.</summary>
    Square,

    /// <summary>Square root.</summary>
    Root,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>Kept within 0 and 6.</summary>
    Clipped,

    /// <summary>A number where it would be less.</summary>
    AtLeast,

    /// <summary>A number where it would be more.</summary>
    AtMost,
}

/// <summary>A formula so far: it becomes an operation, or is refused by whoever needs its numbers.</summary>
/// <param name="source">The node that computes it.</param>
/// <param name="form">Its last step.</param>
/// <param name="parts">What it is computed of.</param>
/// <param name="number">The number of <see cref="Form.Scaled"/>, <see cref="Form.Shifted"/> and bounds.</param>
internal sealed class Deferred(OnnxNode source, Form form, Value[] parts, double number = 0) : Value
{
    /// <summary>Steps of the longest formula that means something.</summary>
    private const int Deepest = 12;

    public OnnxNode Source => source;
    public Form Form => form;
    public IReadOnlyList<Value> Parts => parts;
    public double Number => number;

    /// <summary>The operation that it is, once that was asked for.</summary>
    public Activation? Settled { get; set; }

    /// <summary>How many steps it has, along the longest way.</summary>
    public int Depth { get; } = 1 + parts.OfType<Deferred>().Select(part => part.Depth).DefaultIfEmpty(0).Max();

    /// <summary>Whether it is longer than any that is known, so that nothing can come of it.</summary>
    public bool IsTooDeep => Depth > Deepest;

    /// <summary>What it is computed of in the end, along the first parts.</summary>
    public Activation? Root => parts[0] as Activation ?? (parts[0] as Deferred)?.Root;

    /// <summary>Whether two values are the same formula of the same numbers.</summary>
    public static bool Same(Value a, Value b) =>
        ReferenceEquals(a, b)
        || (a, b) switch
        {
            (Activation one, Activation other) => one.Same(other),
            (Deferred one, Deferred other) => !one.IsTooDeep
                && one.Form == other.Form
                && one.Number.Equals(other.Number)
                && one.Parts.Count == other.Parts.Count
                && one.Parts.Zip(other.Parts).All(pair => Same(pair.First, pair.Second)),
            _ => false,
        };
}

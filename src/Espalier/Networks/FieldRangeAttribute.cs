using System.Globalization;

namespace Espalier.Networks;

/// <summary>The values that a numeric field of an operation may have. Every such field states its own.</summary>
/// <param name="least">The smallest value.</param>
/// <param name="most">The largest value.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FieldRangeAttribute(double least, double most = double.PositiveInfinity) : Attribute
{
    /// <summary>Whether the smallest value itself is left out.</summary>
    public bool Above { get; init; }

    /// <summary>Whether a value is in the range; nothing that is not a number is.</summary>
    public bool Holds(double value) => (Above ? value > least : value >= least) && value <= most && double.IsFinite(value);

    /// <summary>Such as <c>at least 1</c>.</summary>
    public override string ToString()
    {
        string low = $"{(Above ? "more than" : "at least")} {least.ToString(CultureInfo.InvariantCulture)}";
        return double.IsInfinity(most) ? low : $"{low} and at most {most.ToString(CultureInfo.InvariantCulture)}";
    }
}

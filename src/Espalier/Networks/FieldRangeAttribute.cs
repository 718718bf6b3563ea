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

    /// <summary>What an <see cref="Extent"/> is if it is left out; negative if it must be given.</summary>
    public int Usual { get; init; } = -1;

    /// <summary>Whether a value is in the range; nothing that is not a number is.</summary>
    public bool Holds(double value) => (Above ? value > least : value >= least) && value <= most && double.IsFinite(value);

    /// <summary>Whether a field's value is in the range: of an extent, both numbers, or it is what stands for one left out.</summary>
    public bool Holds(object value) =>
        value is Extent extent
            ? extent == Usual || Holds(extent.Height) && Holds(extent.Width)
            : Holds(Convert.ToDouble(value, CultureInfo.InvariantCulture));

    /// <summary>Such as <c>at least 1</c>.</summary>
    public override string ToString()
    {
        string low = $"{(Above ? "more than" : "at least")} {least.ToString(CultureInfo.InvariantCulture)}";
        return double.IsInfinity(most) ? low : $"{low} and at most {most.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>The smallest value and the largest, infinite if there is none.</summary>
    internal (double Least, double Most) Bounds => (least, most);
}

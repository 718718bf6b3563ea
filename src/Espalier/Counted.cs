using System.Globalization;

namespace Espalier;

/// <summary>How many of something, as people say it: <c>1 epoch</c>, <c>2 epochs</c>.</summary>
public static class Counted
{
    /// <summary>A number and its noun.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The noun for one of them; an s makes it that for several.</param>
    public static string Of(long count, string one) => Of(count, one, one + "s");

    /// <summary>A number and its noun.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">The noun for one of them.</param>
    /// <param name="several">The noun for any other number.</param>
    public static string Of(long count, string one, string several) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : several)}");
}

using System.Buffers;
using System.Globalization;

namespace Espalier;

/// <summary>
/// Numbers as people type them in options, lists and the names of networks: digits, a sign, a decimal point, an exponent. No separator of
/// thousands, which would read <c>0,05</c> as 5, no space, nothing that is not finite; the same under every culture.
/// </summary>
public static class PlainNumber
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("0123456789+-.eE");

    /// <summary>Reads a number.</summary>
    public static bool TryParse(string? text, out double number)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        number = 0;
        return IsPlain(text) && double.TryParse(text, Style, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    /// <summary>Reads a whole number: digits and perhaps a sign.</summary>
    public static bool TryParse(string? text, out long number)
    {
        number = 0;
        return IsPlain(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads a whole number of 32 bits.</summary>
    public static bool TryParse(string? text, out int number)
    {
        bool plain = TryParse(text, out long wide) && wide is >= int.MinValue and <= int.MaxValue;
        number = plain ? (int)wide : 0;
        return plain;
    }

    // The parsers would let zero bytes at the end pass.
    private static bool IsPlain(string? text) => text is { Length: > 0 } && text.AsSpan().IndexOfAnyExcept(s_letters) < 0;
}

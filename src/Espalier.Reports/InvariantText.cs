using System.Globalization;
using System.Runtime.CompilerServices;

namespace Espalier.Reports;

/// <summary>An interpolated text, or a sum of several, formatted alike under every culture.</summary>
/// <param name="literals">Characters outside of holes.</param>
/// <param name="holes">Values to format.</param>
[InterpolatedStringHandler]
internal ref struct InvariantText(int literals, int holes)
{
    private DefaultInterpolatedStringHandler _text = new(literals, holes, CultureInfo.InvariantCulture);

    /// <summary>Adds characters outside of holes.</summary>
    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>Adds a value in a format.</summary>
    public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

    /// <summary>The text, once.</summary>
    public string Take() => _text.ToStringAndClear();
}

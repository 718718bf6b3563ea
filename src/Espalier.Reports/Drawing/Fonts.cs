using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>
/// The packed font. Figures are laid out and PNG files are drawn with it, so that they are the same on every machine, also on one
/// that has no fonts, where text would silently vanish.
/// </summary>
internal static class Fonts
{
    private static readonly Lazy<SKTypeface> Regular = new(() => Load("DejaVuSans.ttf"));
    private static readonly Lazy<SKTypeface> Heavy = new(() => Load("DejaVuSans-Bold.ttf"));

    /// <summary>Families for SVG: the packed font is among the widest of them, so what fits here fits there.</summary>
    public const string Families = "'DejaVu Sans','Helvetica Neue',Arial,'Liberation Sans',sans-serif";

    /// <summary>A font to draw with; the caller disposes of it.</summary>
    public static SKFont Font(double size, bool bold) =>
        new((bold ? Heavy : Regular).Value, (float)size)
        {
            Subpixel = true,
            LinearMetrics = true,
            Hinting = SKFontHinting.None,
            Edging = SKFontEdging.Antialias,
        };

    /// <summary>Width of a text.</summary>
    public static double Width(string text, double size, bool bold = false)
    {
        using SKFont font = Font(size, bold);
        return font.MeasureText(text);
    }

    /// <summary>As much of a text's end as fits, which tells the names of layers apart, behind an ellipsis.</summary>
    public static string Fit(string text, double width, double size, bool bold = false)
    {
        if (Width(text, size, bold) <= width)
            return text;
        int from = 1;
        while (from < text.Length - 1 && Width("…" + text[from..], size, bold) > width)
            from++;
        return "…" + text[from..];
    }

    private static SKTypeface Load(string name)
    {
        using Stream stream = Resources.Open(name);
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}

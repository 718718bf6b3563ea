using Espalier.Reports.Drawing;

namespace Espalier.Reports.Html;

/// <summary>The page's style: the packed sheet, with the figures' colours for light and dark pages put in.</summary>
internal static class StyleSheet
{
    public static string Text { get; } =
        Colours(":root", Palette.Light)
        + "@media (prefers-color-scheme: dark) {\n"
        + Colours(":root", Palette.Dark)
        + "}\n"
        + Resources.Text("report.css")
        // Ink on paper is always dark on white.
        + "@media print {\n"
        + Colours(":root", Palette.Light)
        + "}\n";

    private static string Colours(string selector, Func<Paint, string> colour) =>
        selector
        + " { "
        + string.Join(" ", Enum.GetValues<Paint>().Select(paint => $"{Palette.Property(paint)}: {colour(paint)};"))
        + " }\n";
}

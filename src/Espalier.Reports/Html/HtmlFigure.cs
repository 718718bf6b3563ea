using Espalier.Reports.Drawing;

namespace Espalier.Reports.Html;

/// <summary>Writes figures into the page, with their captions.</summary>
internal static class HtmlFigure
{
    public static void Write(HtmlWriter html, Figure figure) =>
        html.Element(
            "figure",
            () =>
            {
                // Its natural width, so that text in all figures is of one size.
                html.Raw(
                    SvgRenderer
                        .Inline(figure)
                        .Replace(
                            "<svg ",
                            Numbers.Invariant($"<svg width=\"{figure.Width:0}\" height=\"{figure.Height:0}\" "),
                            StringComparison.Ordinal
                        )
                );
                html.Element("figcaption", figure.Caption);
            },
            ("id", figure.Id)
        );
}

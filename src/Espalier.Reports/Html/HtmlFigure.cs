using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Html;

/// <summary>Writes figures into the page, with their captions and where their files are.</summary>
internal static class HtmlFigure
{
    /// <summary>Figures side by side where the page is wide.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="figures">In their order.</param>
    /// <param name="files">Endings of the files that each lies in beside the page.</param>
    public static void Write(HtmlWriter html, IReadOnlyList<Figure> figures, params IReadOnlyList<string> files)
    {
        if (figures.Count > 0)
            html.Element(
                "div",
                () =>
                {
                    foreach (Figure figure in figures)
                        Write(html, figure, files);
                },
                ("class", "figures")
            );
    }

    private static void Write(HtmlWriter html, Figure figure, IReadOnlyList<string> files) =>
        html.Element(
            "figure",
            () =>
            {
                // Of natural width, so that text in all figures is of one size; the page shows that of the two which it has room for.
                html.Raw(SvgRenderer.Inline(figure, figure.Narrow is null ? null : "wide"));
                if (figure.Narrow is { } narrow)
                    html.Raw(SvgRenderer.Inline(narrow, "narrow", tips: false));
                html.Element("figcaption", () => Caption(html, figure, files));
            },
            ("id", figure.Id),
            ("class", figure.Width > PanelGrid.HalfWidth ? null : "half")
        );

    private static void Caption(HtmlWriter html, Figure figure, IReadOnlyList<string> files)
    {
        html.Text(figure.Caption);
        if (files.Count == 0)
            return;
        html.Element(
            "span",
            () =>
            {
                foreach (string ending in files)
                {
                    string name = ending.ToUpperInvariant();
                    html.Element("a", name, ("href", $"figures/{figure.Id}.{ending}"), ("aria-label", $"{name}: {figure.Title}"));
                }
            },
            ("class", "files")
        );
    }
}

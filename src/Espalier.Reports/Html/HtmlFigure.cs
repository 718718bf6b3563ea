using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Html;

/// <summary>Writes figures into the page, with their captions and where their files are.</summary>
internal static class HtmlFigure
{
    /// <summary>Endings of a figure's files, with what they are called.</summary>
    private static readonly (string Ending, string Name)[] s_files = [("svg", "SVG"), ("png", "PNG"), ("csv", "CSV")];

    /// <summary>Figures side by side where the page is wide.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="figures">In their order.</param>
    /// <param name="haveFiles">Whether each lies in files beside the page.</param>
    public static void Write(HtmlWriter html, IReadOnlyList<Figure> figures, bool haveFiles = true)
    {
        if (figures.Count > 0)
            html.Element(
                "div",
                () =>
                {
                    foreach (Figure figure in figures)
                        Write(html, figure, haveFiles);
                },
                ("class", "figures")
            );
    }

    private static void Write(HtmlWriter html, Figure figure, bool haveFiles) =>
        html.Element(
            "figure",
            () =>
            {
                // Of natural width, so that text in all figures is of one size; the page shows that of the two which it has room for.
                html.Raw(SvgRenderer.Inline(figure, figure.Narrow is null ? null : "wide"));
                if (figure.Narrow is { } narrow)
                    html.Raw(SvgRenderer.Inline(narrow, "narrow", tips: false));
                html.Element("figcaption", () => Caption(html, figure, haveFiles));
            },
            ("id", figure.Id),
            ("class", figure.Width > PanelGrid.HalfWidth ? null : "half")
        );

    private static void Caption(HtmlWriter html, Figure figure, bool haveFiles)
    {
        html.Text(figure.Caption);
        if (!haveFiles)
            return;
        html.Element(
            "span",
            () =>
            {
                foreach ((string ending, string name) in s_files)
                    html.Element("a", name, ("href", $"figures/{figure.Id}.{ending}"), ("aria-label", $"{name}: {figure.Title}"));
            },
            ("class", "files")
        );
    }
}

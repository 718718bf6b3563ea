using Espalier.Reports.Analysis;
using Espalier.Reports.Figures;
using Espalier.Reports.Paper;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Html;

/// <summary>The whole page: one file that needs nothing else.</summary>
internal static class HtmlPage
{
    private const string OfASummary =
        "The page was drawn from summary.json, which holds no training curves, masks or scores of single pairs; the weights are gone.";

    /// <summary>Of a run.</summary>
    public static string Of(RunView view, AllTables tables, AllFigures figures)
    {
        var html = new HtmlWriter();
        return Of(
            html,
            $"Espalier: {view.Run.Name}",
            () => HeaderPart.Write(html, view),
            PageParts.Of(html, view, tables, figures),
            $"The paper's numbers: {PaperTables.Source}. This report's numbers are in "
                + $"tables.md, tables.csv and summary.json beside it, its figures in figures/."
                + (view.Given.IsOfASummary ? " " + OfASummary : ""),
            figures.All.Any()
        );
    }

    /// <summary>Any page.</summary>
    /// <param name="html">Where all its parts are written to.</param>
    /// <param name="title">Of the window.</param>
    /// <param name="header">Writes what stands before the links to the parts.</param>
    /// <param name="parts">In their order.</param>
    /// <param name="foot">Its last sentences.</param>
    /// <param name="hasFigures">Whether there is something that the script is for.</param>
    public static string Of(HtmlWriter html, string title, Action header, IReadOnlyList<PagePart> parts, string foot, bool hasFigures) =>
        html.Element(
                "html",
                () =>
                {
                    html.Element("head", () => Head(html, title));
                    html.Element(
                        "body",
                        () =>
                        {
                            html.Element(
                                "header",
                                () =>
                                {
                                    header();
                                    html.Element(
                                        "nav",
                                        () => html.Element("ul", () => Links(html, parts)),
                                        ("aria-label", "Parts of this report")
                                    );
                                }
                            );
                            html.Element("main", () => Sections(html, parts));
                            html.Element("footer", () => html.Element("p", foot));
                            if (hasFigures)
                                html.Element("script", () => html.Raw("\n" + Resources.Text("report.js")));
                        }
                    );
                },
                ("lang", "en")
            )
            .ToString();

    private static void Head(HtmlWriter html, string title)
    {
        html.Void("meta", ("charset", "utf-8")).Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Element("title", title);
        html.Element("style", () => html.Raw("\n" + StyleSheet.Text));
    }

    private static void Links(HtmlWriter html, IEnumerable<PagePart> parts)
    {
        foreach (PagePart part in parts)
            html.Element("li", () => html.Element("a", part.Title, ("href", "#" + part.Id)));
    }

    private static void Sections(HtmlWriter html, IEnumerable<PagePart> parts)
    {
        foreach (PagePart part in parts)
            html.Element(
                "section",
                () =>
                {
                    html.Element("h2", part.Title, ("id", part.Id + "-heading"));
                    part.Content();
                },
                ("id", part.Id),
                ("aria-labelledby", part.Id + "-heading")
            );
    }
}

using Espalier.Reports.Analysis;
using Espalier.Reports.Figures;
using Espalier.Reports.Paper;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Html;

/// <summary>The whole page: one file that needs nothing else.</summary>
internal static class HtmlPage
{
    public static string Of(RunView view, AllTables tables, AllFigures figures)
    {
        var html = new HtmlWriter();
        PagePart[] parts = [.. PageParts.Of(html, view, tables, figures)];
        return html.Element(
                "html",
                () =>
                {
                    html.Element("head", () => Head(html, view));
                    html.Element(
                        "body",
                        () =>
                        {
                            html.Element(
                                "header",
                                () =>
                                {
                                    HeaderPart.Write(html, view);
                                    html.Element(
                                        "nav",
                                        () => html.Element("ul", () => Links(html, parts)),
                                        ("aria-label", "Parts of this report")
                                    );
                                }
                            );
                            html.Element("main", () => Sections(html, parts));
                            html.Element("footer", () => Foot(html));
                            if (figures.All.Any())
                                html.Element("script", () => html.Raw("\n" + Resources.Text("report.js")));
                        }
                    );
                },
                ("lang", "en")
            )
            .ToString();
    }

    private static void Head(HtmlWriter html, RunView view)
    {
        html.Void("meta", ("charset", "utf-8")).Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Element("title", $"Espalier: {view.Run.Name}");
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

    private static void Foot(HtmlWriter html) =>
        html.Element(
            "p",
            $"The paper's numbers: {PaperTables.Source}. This report's numbers are in "
                + $"tables.md, tables.csv and summary.json beside it, its figures in figures/."
        );
}

using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
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
        (string Id, string Title, Action Content)[] parts = [.. Parts(html, view, tables, figures)];
        return html.Element(
                "html",
                () =>
                {
                    html.Element(
                        "head",
                        () =>
                        {
                            html.Void("meta", ("charset", "utf-8"))
                                .Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                            html.Element("title", $"Espalier: {view.Run.Name}");
                            html.Element("style", () => html.Raw("\n" + StyleSheet.Text));
                        }
                    );
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
                                        () =>
                                            html.Element(
                                                "ul",
                                                () =>
                                                {
                                                    foreach (var part in parts)
                                                        html.Element("li", () => html.Element("a", part.Title, ("href", "#" + part.Id)));
                                                }
                                            ),
                                        ("aria-label", "Parts of this report")
                                    );
                                }
                            );
                            html.Element(
                                "main",
                                () =>
                                {
                                    foreach (var part in parts)
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
                            );
                            html.Element(
                                "footer",
                                () =>
                                    html.Element(
                                        "p",
                                        $"The paper's numbers: {PaperTables.Source}. This report's numbers are in "
                                            + $"tables.md, tables.csv and summary.json beside it, its figures in figures/."
                                    )
                            );
                        }
                    );
                },
                ("lang", "en")
            )
            .ToString();
    }

    private static IEnumerable<(string Id, string Title, Action Content)> Parts(
        HtmlWriter html,
        RunView view,
        AllTables tables,
        AllFigures figures
    )
    {
        yield return ("summary", "Summary", () => SummaryPart.Write(html, view));
        if (tables.Accuracy.Count > 0)
            yield return (
                "accuracy",
                "Accuracy",
                () =>
                {
                    foreach (string model in view.Models)
                    {
                        if (view.Models.Count > 1)
                            html.Element("h3", model);
                        html.Element("p", Comparability.Of(view, model));
                        foreach (Table table in tables.Accuracy.Where(t => t.Model == model).Select(t => t.Table))
                            HtmlTable.Write(html, table);
                    }
                    Draw(html, figures.Accuracy);
                }
            );
        if (tables.Differences.Count + figures.Differences.Count > 0)
            yield return (
                "differences",
                "Paired differences",
                () =>
                {
                    Draw(html, figures.Differences);
                    All(html, tables.Differences);
                }
            );
        if (figures.EarlyMatching.Count > 0)
            yield return ("early-matching", "Early matching", () => Draw(html, figures.EarlyMatching));
        if (tables.Barriers.Count + figures.Barriers.Count > 0)
            yield return (
                "between",
                "Between networks",
                () =>
                {
                    Draw(html, figures.Barriers);
                    All(html, tables.Barriers);
                }
            );
        if (figures.Planes.Count > 0)
            yield return ("plane", "Loss plane", () => Draw(html, figures.Planes));
        if (tables.Diversity.Count > 0)
            yield return ("diversity", "Diversity and ensembles", () => All(html, tables.Diversity));
        if (tables.Sparsities.Count + figures.Densities.Count > 0)
            yield return (
                "masks",
                "Masks",
                () =>
                {
                    All(html, tables.Sparsities);
                    Draw(html, figures.Densities);
                    Folded(html, "Weights kept in each layer, as numbers", tables.Densities);
                }
            );
        if (figures.Matching.Count > 0)
            yield return (
                "matching",
                "Matching",
                () =>
                {
                    Draw(html, figures.Matching);
                    Folded(html, "Scores as numbers", tables.Matching);
                }
            );
        if (figures.Curves.Count > 0)
            yield return ("curves", "Training curves", () => Draw(html, figures.Curves));
        if (tables.Costs.Count > 0)
            yield return (
                "cost",
                "Cost",
                () =>
                {
                    All(html, tables.Costs);
                    Draw(html, figures.Costs);
                }
            );
        yield return ("settings", "Settings", () => SettingsPart.Write(html, view));
    }

    private static void Draw(HtmlWriter html, IReadOnlyList<Figure> figures)
    {
        foreach (Figure figure in figures)
            HtmlFigure.Write(html, figure);
    }

    private static void All(HtmlWriter html, IReadOnlyList<Table> tables)
    {
        foreach (Table table in tables)
            HtmlTable.Write(html, table);
    }

    private static void Folded(HtmlWriter html, string title, IReadOnlyList<Table> tables)
    {
        if (tables.Count > 0)
            html.Element(
                "details",
                () =>
                {
                    html.Element("summary", title);
                    All(html, tables);
                }
            );
    }
}

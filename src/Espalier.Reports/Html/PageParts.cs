using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Html;

/// <summary>A part of the page: its anchor, its heading, and what writes it.</summary>
internal sealed record PagePart(string Id, string Title, Action Content);

/// <summary>The parts of a page, in their order, each where there is something in it.</summary>
internal static class PageParts
{
    private static readonly string[] s_studies = ["between", "plane", "diversity"];

    /// <summary>What was asked for comes first: a run of studies alone begins with them.</summary>
    public static IReadOnlyList<PagePart> Of(HtmlWriter html, RunView view, AllTables tables, AllFigures figures)
    {
        PagePart[] parts = [.. InOrder(html, view, tables, figures)];
        bool isOfStudies = view.Models.All(model => view.Rewound(model).Count == 0);
        return isOfStudies
            ?
            [
                .. parts.OrderBy(part =>
                    part.Id == "summary" ? 0
                    : s_studies.Contains(part.Id) ? 1
                    : 2
                ),
            ]
            : parts;
    }

    private static IEnumerable<PagePart> InOrder(HtmlWriter html, RunView view, AllTables tables, AllFigures figures)
    {
        if (!view.IsOfGivenFiles || view.Measured.Any(model => StudyFindings.Of(view, model).Count > 0))
            yield return new("summary", "Summary", () => SummaryPart.Write(html, view));
        if (figures.EarlyMatching.Count > 0)
            yield return new("early-matching", "Early matching", () => Draw(html, view, figures.EarlyMatching));
        if (tables.Accuracy.Count > 0)
            yield return new(
                "accuracy",
                "Accuracy",
                () =>
                {
                    Draw(html, view, figures.Accuracy);
                    foreach (string model in view.Models)
                    {
                        if (view.Models.Count > 1)
                            html.Element("h3", model);
                        html.Element("p", Comparability.Of(view, model));
                        foreach (Table table in tables.Accuracy.Where(t => t.Model == model).Select(t => t.Table))
                            HtmlTable.Write(html, table);
                    }
                }
            );
        if (tables.Differences.Count + figures.Differences.Count > 0)
            yield return new(
                "differences",
                "Paired differences",
                () =>
                {
                    Draw(html, view, figures.Differences);
                    All(html, tables.Differences);
                }
            );
        if (tables.Barriers.Count + figures.Barriers.Count > 0)
            yield return new(
                "between",
                "Between networks",
                () =>
                {
                    Draw(html, view, figures.Barriers);
                    All(html, tables.Barriers);
                }
            );
        if (figures.Planes.Count > 0)
            yield return new("plane", "Loss plane", () => Draw(html, view, figures.Planes));
        if (tables.Diversity.Count + figures.Trades.Count > 0)
            yield return new(
                "diversity",
                "Diversity and ensembles",
                () =>
                {
                    Draw(html, view, figures.Trades);
                    All(html, tables.Diversity);
                }
            );
        if (tables.Tickets.Count + figures.Signs.Count > 0)
            yield return new(
                "tickets",
                "What is taken of the ticket",
                () =>
                {
                    Draw(html, view, figures.Signs);
                    Folded(html, "What each method takes and how far signs agree, as numbers", tables.Tickets);
                }
            );
        if (tables.Sparsities.Count + figures.Densities.Count + figures.Masks.Count > 0)
            yield return new(
                "masks",
                "Masks",
                () =>
                {
                    Draw(html, view, [.. figures.Densities, .. figures.Masks]);
                    All(html, tables.Sparsities);
                    Folded(html, "Weights kept in each layer, as numbers", tables.Densities);
                }
            );
        if (figures.Matching.Count > 0)
            yield return new(
                "matching",
                "Matching",
                () =>
                {
                    Draw(html, view, [.. figures.Matching, .. figures.Matrices]);
                    Folded(html, "Scores as numbers", tables.Matching);
                }
            );
        if (figures.Curves.Count > 0)
            yield return new("curves", "Training curves", () => Draw(html, view, figures.Curves));
        if (tables.Costs.Count > 0)
            yield return new(
                "cost",
                "Cost",
                () =>
                {
                    Draw(html, view, figures.Costs);
                    All(html, tables.Costs);
                }
            );
        if (figures.Networks.Count > 0)
            yield return new(
                "networks",
                figures.Networks.Count == 1 ? "The network" : "The networks",
                () =>
                {
                    foreach (Figure figure in figures.Networks)
                        Folded(html, $"{figure.Title}, node by node", () => Draw(html, view, [figure]));
                }
            );
        if (figures.Own.Count > 0)
            yield return new("further", view.IsOfGivenFiles ? "The permutation" : "Further figures", () => Draw(html, view, figures.Own));
        yield return new("settings", "Settings", () => SettingsPart.Write(html, view));
    }

    private static void Draw(HtmlWriter html, RunView view, IReadOnlyList<Figure> figures) =>
        HtmlFigure.Write(html, figures, view.Given.IsOfASummary ? ["svg", "csv"] : ["svg", "png", "csv"]);

    private static void All(HtmlWriter html, IReadOnlyList<Table> tables)
    {
        foreach (Table table in tables)
            HtmlTable.Write(html, table);
    }

    private static void Folded(HtmlWriter html, string title, IReadOnlyList<Table> tables)
    {
        if (tables.Count > 0)
            Folded(html, title, () => All(html, tables));
    }

    /// <summary>What is seen once it is asked for.</summary>
    public static void Folded(HtmlWriter html, string title, Action content) =>
        html.Element(
            "details",
            () =>
            {
                html.Element("summary", title);
                content();
            }
        );
}

using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Html;
using Espalier.Reports.Tables;

namespace Espalier.Reports;

/// <summary>Turns the numbers of a run into files for people and programs.</summary>
public static class Report
{
    /// <summary>Name of the page, in the report's folder.</summary>
    public const string PageName = "report.html";

    /// <summary>Name of the numbers for other programs.</summary>
    public const string SummaryName = "summary.json";

    /// <summary>Names of all files and folders that a report is.</summary>
    public static IReadOnlyList<string> Names { get; } = [PageName, "tables.md", "tables.csv", SummaryName, "figures"];

    /// <summary>
    /// The numbers of a run whose artefacts are gone, from the <see cref="SummaryName"/> that its report left, and the grid beside it.
    /// Written again they give the same tables, and the figures but for training curves, pictures of masks and scores of pairs; no
    /// PNG files.
    /// </summary>
    /// <param name="folder">Where the report is.</param>
    /// <exception cref="InputException">One of the two is missing, or no such file.</exception>
    public static RunResults Read(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        string summary = Path.Combine(folder, SummaryName);
        RunResults results = JsonSummary.Read(summary);
        Grid grid = GridFile.Read(Path.Combine(folder, "grid.json"));
        return results with
        {
            Methods = grid.AllMethods,
            Networks = grid.Sources().ToDictionary(model => model.Title, model => model.Network),
        };
    }

    /// <summary>
    /// Writes <c>report.html</c> (one self-contained page), <c>tables.md</c>, <c>tables.csv</c>, <c>summary.json</c>, and each figure as
    /// <c>figures/NAME.svg</c>, <c>figures/NAME.png</c> and, its numbers, <c>figures/NAME.csv</c>.
    /// Every file is complete or absent; the page comes last. The same results give
    /// the same bytes, under every culture.
    /// </summary>
    /// <param name="results">A run's numbers; a run under way, or one without any number yet, gives what there is.</param>
    /// <param name="folder">Where to; made if it is not there. Files of other names are left alone.</param>
    /// <param name="figures">Draw figures of one's own, which stand last; none where there is nothing to show.</param>
    /// <returns>Paths of all files, each beginning with <paramref name="folder"/>, the page first.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    /// <exception cref="ArgumentException">A figure of one's own has another's name.</exception>
    public static IReadOnlyList<string> Write(RunResults results, string folder, params IEnumerable<Func<RunResults, Figure?>> figures)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var view = new RunView(results);
        AllFigures all = AllFigures.Of(view, [.. figures.Select(draw => draw(results)).OfType<Figure>()]);
        var files = new List<string>();
        string At(string name)
        {
            files.Add(Path.Combine([folder, .. name.Split('/')]));
            return files[^1];
        }
        // All of it is drawn before anything is written: what cannot be drawn leaves an earlier report whole.
        (string Name, string Text)[] texts = [.. Texts(view, all)];
        foreach (Figure figure in results.IsOfASummary ? [] : all.All)
        {
            byte[] png = SkiaRenderer.Png(figure);
            AtomicFile.Write(At($"figures/{figure.Id}.png"), stream => stream.Write(png));
        }
        foreach ((string name, string text) in texts)
            AtomicFile.WriteText(At(name), text);
        files.Reverse();
        return files;
    }

    /// <summary>Its files that are text, by name with forward slashes, in the order of writing.</summary>
    internal static IEnumerable<(string Name, string Text)> Texts(RunResults results)
    {
        var view = new RunView(results);
        return Texts(view, AllFigures.Of(view));
    }

    private static IEnumerable<(string Name, string Text)> Texts(RunView view, AllFigures figures)
    {
        AllTables tables = AllTables.Of(view);
        foreach (Figure figure in figures.All)
        {
            yield return ($"figures/{figure.Id}.svg", SvgRenderer.Standalone(figure));
            yield return ($"figures/{figure.Id}.csv", figure.Data);
        }
        yield return ("tables.md", MarkdownReport.Of(view, tables));
        yield return ("tables.csv", CsvReport.Of(view));
        yield return (SummaryName, JsonReport.Of(view));
        yield return (PageName, HtmlPage.Of(view, tables, figures));
    }
}

using Espalier.Networks;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Html;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Steps;

/// <summary>Gathers the parts of a single step's page and writes it.</summary>
internal sealed class StepParts(Step step)
{
    private readonly HtmlWriter _html = new();
    private readonly List<PagePart> _parts = [];

    /// <summary>A part with its figures, and one table that is folded up.</summary>
    public void Add(string id, string title, IReadOnlyList<Figure> figures, string? folded = null, Table? table = null) =>
        _parts.Add(
            new(
                "part-" + id,
                title,
                () =>
                {
                    HtmlFigure.Write(_html, figures);
                    if (table is not null)
                        PageParts.Folded(_html, folded!, () => HtmlTable.Write(_html, table));
                }
            )
        );

    /// <summary>The whole page, its network and options last.</summary>
    public string Of(Network network)
    {
        if (NetworkFigure.IsShown(network))
            _parts.Add(
                new(
                    "part-network",
                    "The network",
                    () =>
                        PageParts.Folded(
                            _html,
                            $"{step.Network}, node by node",
                            () => HtmlFigure.Write(_html, [NetworkFigure.Of(network, "network", step.Network)])
                        )
                )
            );
        _parts.Add(
            new(
                "part-options",
                "Options",
                () =>
                    SettingsPart.Words(
                        _html,
                        "options",
                        "Options in force.",
                        "option",
                        "value",
                        [.. step.Options.Select(option => (option.Key, option.Value))]
                    )
            )
        );
        return HtmlPage.Of(_html, $"Espalier: {step.Command}", Header, _parts, "Made by the command that wrote the files beside it.", true);
    }

    private void Header()
    {
        _html.Element("h1", $"Espalier: {step.Command}");
        _html.Element("p", $"{step.Network} on {step.DataSet}", ("class", "subtitle"));
        _html.Element(
            "dl",
            () =>
            {
                foreach ((string name, string value) in step.Facts)
                    _html.Element("dt", name).Element("dd", value);
            }
        );
    }
}

using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Html;

/// <summary>What the methods are and every option in force.</summary>
internal static class SettingsPart
{
    public static void Write(HtmlWriter html, RunView view)
    {
        RunDescription run = view.Run;
        (string Name, string Meaning)[] methods =
        [
            .. view
                .Methods.Sort(view.Results.Cells.Select(cell => cell.Method).Concat(view.Results.Studies.Ensembles.Select(e => e.Method)))
                .Select(method => (view.Methods.Label(method), view.Methods.Meaning(method) ?? "a method of this run's own")),
        ];
        if (methods.Length > 0)
            Words(html, "methods", "Methods.", "method", "meaning", methods);
        if (run.Settings.Count > 0)
            Words(
                html,
                "options",
                "Every option in force.",
                "option",
                "value",
                [.. run.Settings.Select(setting => (setting.Key, setting.Value.Length == 0 ? "none" : setting.Value))]
            );
        if (view.IsOfGivenFiles)
            return;
        Words(
            html,
            "made-by",
            "What made it.",
            "what",
            "which",
            [
                ("stages", $"{Numbers.Count(run.Done)} of {Numbers.Count(run.Stages)} finished"),
                .. run.Machines.Select(machine => ("machine", machine)),
            ]
        );
        html.Element("p", "The same numbers again:");
        html.Element("pre", () => html.Element("code", run.Command));
    }

    /// <summary>A table of names and what they stand for.</summary>
    public static void Words(
        HtmlWriter html,
        string id,
        string caption,
        string name,
        string value,
        IReadOnlyList<(string Name, string Value)> rows
    ) =>
        html.Element(
            "section",
            () =>
                html.Element(
                    "table",
                    () =>
                    {
                        html.Element("caption", caption);
                        html.Element(
                            "thead",
                            () =>
                                html.Element(
                                    "tr",
                                    () =>
                                        html.Element("th", name, ("scope", "col"), ("class", "head"))
                                            .Element("th", value, ("scope", "col"), ("class", "head"))
                                )
                        );
                        html.Element(
                            "tbody",
                            () =>
                            {
                                foreach ((string Name, string Value) row in rows)
                                    html.Element(
                                        "tr",
                                        () => html.Element("th", row.Name, ("scope", "row"), ("class", "head")).Element("td", row.Value)
                                    );
                            }
                        );
                    },
                    ("id", id),
                    ("class", "words")
                ),
            ("class", "scroll"),
            ("tabindex", "0"),
            ("aria-label", "Table: " + caption)
        );
}

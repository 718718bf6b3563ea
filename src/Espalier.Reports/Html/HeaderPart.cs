using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Html;

/// <summary>Top of the page: title, what was run on what, and what the reader must know before any number.</summary>
internal static class HeaderPart
{
    public static void Write(HtmlWriter html, RunView view)
    {
        RunDescription run = view.Run;
        html.Element("h1", $"Espalier: {run.Name}");
        html.Element(
            "p",
            $"{string.Join(", ", run.Models)} on {run.DataSet}{(run.Tables.Count > 0 ? "; the paper's " + Tables(run) : "")}",
            ("class", "subtitle")
        );
        GlancePart.Write(html, view);
        Notices(html, view);
    }

    /// <summary>Numbers of the paper's tables in words.</summary>
    public static string Tables(RunDescription run) =>
        (run.Tables.Count == 1 ? "table " : "tables ") + string.Join(", ", run.Tables.Select(table => Numbers.Count(table)));

    private static void Notices(HtmlWriter html, RunView view)
    {
        RunDescription run = view.Run;
        if (!run.IsFinished)
            Notice(
                html,
                "running",
                "This run is still under way",
                () =>
                {
                    html.Element(
                        "p",
                        $"{Numbers.Count(run.Done)} of {Numbers.Count(run.Stages)} stages are finished. Everything below is of what "
                            + $"there is so far; means of fewer seeds say so."
                    );
                    html.Element(
                        "progress",
                        $"{Numbers.Count(run.Done)} of {Numbers.Count(run.Stages)}",
                        ("aria-label", "finished stages"),
                        ("max", Numbers.Invariant($"{Math.Max(1, run.Stages)}")),
                        ("value", Numbers.Invariant($"{run.Done}"))
                    );
                }
            );
        if (run.Failures.Count > 0)
            Notice(
                html,
                "failed",
                run.Failures.Count == 1 ? "One stage failed" : $"{Numbers.Count(run.Failures.Count)} stages failed",
                () => List(html, run.Failures.Select(failure => $"{failure.Stage}: {failure.Message}"))
            );
        if (run.MixedDevices is { } devices)
            Notice(
                html,
                "deviates-devices",
                "Its stages ran on different devices",
                () =>
                    html.Element(
                        "p",
                        $"{string.Join(", ", devices)}: they round differently, so that the same seed gives other digits on each; "
                            + "what is compared within a seed may differ by that too."
                    )
            );
        IReadOnlyList<string> warnings = Comparability.Warnings(view);
        if (warnings.Count > 0)
            Notice(html, "deviates", "This is not exactly what the paper describes", () => List(html, warnings));
    }

    private static void Notice(HtmlWriter html, string kind, string title, Action content) =>
        html.Element(
            "section",
            () =>
            {
                html.Element("h2", title, ("id", "notice-" + kind));
                content();
            },
            ("class", "notice " + kind),
            ("aria-labelledby", "notice-" + kind)
        );

    private static void List(HtmlWriter html, IEnumerable<string> sentences) =>
        html.Element(
            "ul",
            () =>
            {
                foreach (string sentence in sentences)
                    html.Element("li", sentence);
            }
        );
}

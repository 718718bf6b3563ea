using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Tables;

namespace Espalier.Reports.Html;

/// <summary>The answer in sentences: is permuted above naive, and both above the controls?</summary>
internal static class SummaryPart
{
    public static void Write(HtmlWriter html, RunView view)
    {
        if (view.Measured.Count == 0)
            html.Element("p", "No network has been measured yet.");
        foreach (string model in view.Measured)
        {
            var conclusions = new Conclusions(view, model);
            html.Element("h3", model);
            if (view.Rewound(model).Count > 0)
                html.Element("p", conclusions.Headline, ("class", "headline"));
            if (conclusions.Claims.Count + conclusions.Rivals.Count > 0)
                html.Element(
                    "ul",
                    () =>
                    {
                        foreach (Verdict verdict in conclusions.Claims)
                            Item(html, verdict, verdict.Standing);
                        foreach (Verdict verdict in conclusions.Rivals)
                            Item(html, verdict, DifferenceStanding.NotDistinguishable);
                    },
                    ("class", "verdicts")
                );
            foreach (string remark in conclusions.Remarks.Concat(StudyFindings.Of(view, model)))
                html.Element("p", remark);
            if (DifferenceTables.Pooled(view, model) is { } table)
                HtmlTable.Write(html, table);
        }
        if (view.Models.Any(model => new Conclusions(view, model).Claims.Count > 0))
            html.Element(
                "p",
                "Differences are paired: for each seed, methods share networks A and B and the order of images. The networks of "
                    + "one seed are not independent of each other, so n counts seeds. The interval is that of the mean, by Student's t."
            );
    }

    private static void Item(HtmlWriter html, Verdict verdict, DifferenceStanding tone) =>
        html.Element(
            "li",
            verdict.Sentence,
            (
                "class",
                tone switch
                {
                    DifferenceStanding.Above => "above",
                    DifferenceStanding.Below => "below",
                    _ => null,
                }
            )
        );
}

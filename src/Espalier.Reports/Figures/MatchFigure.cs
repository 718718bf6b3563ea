using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>How well A's units were matched with B's, by group.</summary>
internal static class MatchFigure
{
    private const double RowHeight = 20,
        LeastHeight = 90;
    private static readonly Style Matched = new("matched", Paint.Green, MarkerShape.Square, Dash.Solid),
        Identity = new("not permuted", Paint.Orange, MarkerShape.Triangle, Dash.Solid),
        Margin = new("margin", Paint.Blue, MarkerShape.Diamond, Dash.Solid),
        DeadA = new("dead units of A", Paint.Vermillion, MarkerShape.Wedge, Dash.Solid),
        DeadB = new("dead units of B", Paint.Black, MarkerShape.Circle, Dash.Solid, hollow: true);

    /// <summary>Scores, margins and dead units of the latest matching epoch, mean over seeds; null without matches.</summary>
    public static Figure? Of(RunView view, string model)
    {
        MatchResult[] all = [.. view.Results.Matches.Where(match => match.Model == model && match.Groups.Count > 0)];
        if (all.Length == 0)
            return null;
        int last = all.Max(match => match.MatchEpoch);
        MatchResult[] latest = [.. all.Where(match => match.MatchEpoch == last)];
        return Draw(
            GroupScores.Of(latest),
            $"matching-{view.Slug(model)}",
            $"Matching of A with B: {model} on {view.Run.DataSet}",
            latest.Length == 1
                ? Numbers.Invariant($"Seed {latest[0].Seed}, with B at epoch {last}. ")
                : Numbers.Invariant($"Mean over {latest.Length} seeds, with B at epoch {last}. ")
        );
    }

    /// <summary>Of any groups.</summary>
    public static Figure Draw(IReadOnlyList<GroupScores> groups, string id, string title, string which)
    {
        string[] names = [.. groups.Select(group => group.Group)];
        Datum[] At(Func<GroupScores, MeanStd> value) =>
            [
                .. groups.Select(
                    (group, i) => new Datum(value(group).Mean, -i, Tip: $"{group.Group}: {Numbers.Fixed(value(group).Mean, 3)}")
                ),
            ];
        Datum[] matched = At(g => g.Score),
            identity = At(g => g.Identity),
            margin = At(g => g.Margin),
            deadA = At(g => g.DeadA),
            deadB = At(g => g.DeadB);
        Axis rows = Axis.Names(names);
        Panel[] panels =
        [
            new(
                "mean score",
                Covering("score", [.. matched, .. identity]),
                rows,
                [
                    Zero(),
                    .. matched.Zip(identity, (m, i) => new Join(i.X, i.Y, m.X, m.Y, new Pen(Paint.Grey, 1))),
                    Points(Identity, identity),
                    Points(Matched, matched),
                ]
            ),
            new("mean margin", Covering("score − best other", margin), rows, [Zero(), Points(Margin, margin)]),
            new(
                "dead units",
                Axis.Covering("units", [.. deadA.Concat(deadB).Select(d => d.X), 0, 1], 4),
                rows,
                [Zero(), Points(DeadA, deadA), Points(DeadB, deadB)]
            ),
        ];
        return new PanelGrid(3, Math.Max(LeastHeight, RowHeight * names.Length)).Draw(
            id,
            title,
            which
                + "Score: of the matched pairs of units beside that of pairing unit i with unit i. Margin: matched score minus the best "
                + "other score of the unit; below 0 the assignment gave up a unit's own best. Dead units never vary on the images used.",
            panels,
            [Matched, Identity, Margin, DeadA, DeadB],
            legendLines: false
        );
    }

    private static Axis Covering(string title, IEnumerable<Datum> data) => Axis.Covering(title, [.. data.Select(d => d.X), 0], 4);

    private static UpAt Zero() => new(0, new Pen(Paint.Muted));

    private static Series Points(Style style, Datum[] data) => new(style, data, Joined: false);
}

using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>Scores of the permutations.</summary>
internal static class MatchTable
{
    /// <summary>One row a matching epoch and group, mean over seeds; null without matches.</summary>
    public static Table? Of(RunView view, string model)
    {
        MatchResult[] all = [.. view.Results.Matches.Where(match => match.Model == model && match.Groups.Count > 0)];
        if (all.Length == 0)
            return null;
        return new Table(
            $"matching-scores-{view.Slug(model)}",
            $"{model}: matching of A's units with B's by group; mean over seeds, scores ± standard deviation over seeds.",
            ["B's epoch", "group", "units", "matched score", "not permuted", "margin", "dead in A", "dead in B", "n"],
            2,
            [
                .. from match in all
                from item in match.Groups
                group item by (match.MatchEpoch, item.Group) into g
                orderby g.Key.MatchEpoch
                select (IReadOnlyList<Cell>)
                    [
                        Numbers.Count(g.Key.MatchEpoch),
                        g.Key.Group,
                        Numbers.Count(g.First().Units),
                        Mean(g, x => x.MeanScore),
                        Mean(g, x => x.IdentityScore),
                        Mean(g, x => x.MeanMargin),
                        Numbers.Short(g.Average(x => x.DeadA), 1),
                        Numbers.Short(g.Average(x => x.DeadB), 1),
                        Numbers.Count(g.Count()),
                    ],
            ]
        );
    }

    private static Cell Mean(IEnumerable<GroupMatch> groups, Func<GroupMatch, double> value)
    {
        MeanStd all = MeanStd.Of(groups.Select(value));
        return double.IsFinite(all.Std) ? $"{Numbers.Fixed(all.Mean, 3)} ± {Numbers.Fixed(all.Std, 3)}" : Numbers.Fixed(all.Mean, 3);
    }
}

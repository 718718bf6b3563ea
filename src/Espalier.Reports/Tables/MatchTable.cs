using Espalier.Lab.Findings;
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
            $"{model}: matching of A's units with B's by group; {view.OverSeeds}"
                + (view.IsOfOneSeed ? "." : ", scores ± standard deviation."),
            ["B's epoch", "group", "units", "matched score", "not permuted", "margin", "dead in A", "dead in B", "n"],
            2,
            [
                .. GroupScores
                    .Of(all)
                    .Select(group =>
                        (IReadOnlyList<Cell>)
                            [
                                Numbers.Count(group.MatchEpoch),
                                group.Group,
                                Numbers.Count(group.Units),
                                Mean(group.Score),
                                Mean(group.Identity),
                                Mean(group.Margin),
                                Numbers.Short(group.DeadA.Mean, 1),
                                Numbers.Short(group.DeadB.Mean, 1),
                                Numbers.Count(group.Score.Count),
                            ]
                    ),
            ]
        );
    }

    private static Cell Mean(MeanStd all) =>
        double.IsFinite(all.Std) ? $"{Numbers.Fixed(all.Mean, 3)} ± {Numbers.Fixed(all.Std, 3)}" : Numbers.Fixed(all.Mean, 3);
}

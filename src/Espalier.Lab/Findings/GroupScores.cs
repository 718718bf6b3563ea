namespace Espalier.Lab.Findings;

/// <summary>How well one group of units was matched, over seeds.</summary>
/// <param name="MatchEpoch">Epoch of B.</param>
/// <param name="Group">Its name.</param>
/// <param name="Units">Of A, and of B.</param>
/// <param name="Score">Mean score of the matched pairs.</param>
/// <param name="Identity">That of pairing unit i with unit i.</param>
/// <param name="Margin">Score minus the best other of the unit, mean over units.</param>
/// <param name="DeadA">Units of A that never vary.</param>
/// <param name="DeadB">Units of B that never vary.</param>
public sealed record GroupScores(
    int MatchEpoch,
    string Group,
    int Units,
    MeanStd Score,
    MeanStd Identity,
    MeanStd Margin,
    MeanStd DeadA,
    MeanStd DeadB
)
{
    /// <summary>One entry a matching epoch, ascending, and group, in the network's order.</summary>
    public static IReadOnlyList<GroupScores> Of(IEnumerable<MatchResult> matches) =>
        [
            .. from match in matches
            from item in match.Groups
            group item by (match.MatchEpoch, item.Group) into g
            orderby g.Key.MatchEpoch
            select new GroupScores(
                g.Key.MatchEpoch,
                g.Key.Group,
                g.First().Units,
                MeanStd.Of(g.Select(x => x.MeanScore)),
                MeanStd.Of(g.Select(x => x.IdentityScore)),
                MeanStd.Of(g.Select(x => x.MeanMargin)),
                MeanStd.Of(g.Select(x => (double)x.DeadA)),
                MeanStd.Of(g.Select(x => (double)x.DeadB))
            ),
        ];
}

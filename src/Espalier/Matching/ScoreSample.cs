namespace Espalier.Matching;

/// <summary>
/// One group's scores, few enough to be looked at: of at most <see cref="MostUnits"/> units, evenly spaced among all. Equal to another of
/// the same numbers.
/// </summary>
/// <param name="Group">The group's name.</param>
/// <param name="Source">For every unit of B the unit of A that moves to its place, of the whole group.</param>
/// <param name="Every">Of B's units 0, n, 2n… are here.</param>
/// <param name="Unmatched">Scores of pairs of these units of B (rows) and the same units of A (columns), as A lies.</param>
/// <param name="Matched">Scores of these units of B and the units of A that were matched with them: the diagonal is what was
/// matched.</param>
public sealed record ScoreSample(
    string Group,
    IReadOnlyList<int> Source,
    int Every,
    IReadOnlyList<IReadOnlyList<double>> Unmatched,
    IReadOnlyList<IReadOnlyList<double>> Matched
)
{
    /// <summary>Rows and columns at most.</summary>
    public const int MostUnits = 48;

    /// <summary>Units of the group.</summary>
    public int Units => Source.Count;

    /// <summary>Looks at a group's scores.</summary>
    /// <param name="group">Its name.</param>
    /// <param name="scores">[units of B, units of A].</param>
    /// <param name="source">For each unit of B the unit of A that moves to its place.</param>
    internal static ScoreSample Of(string group, double[] scores, int[] source)
    {
        int units = source.Length,
            every = (units + MostUnits - 1) / MostUnits;
        int[] at = [.. Enumerable.Range(0, units).Where(unit => unit % every == 0)];
        IReadOnlyList<IReadOnlyList<double>> Among(Func<int, int> unitOfA) =>
            [.. at.Select(b => (IReadOnlyList<double>)[.. at.Select(other => scores[b * units + unitOfA(other)])])];
        return new ScoreSample(group, [.. source], every, Among(unit => unit), Among(unit => source[unit]));
    }

    /// <summary>Of the groups of a network those that stand for all: the first, the largest and the last, in their order.</summary>
    public static IReadOnlyList<ScoreSample> Chosen(Match match) =>
        Representatives.Of([.. match.Groups.Select(group => group.Sample).OfType<ScoreSample>()], sample => sample.Units);

    /// <inheritdoc/>
    public bool Equals(ScoreSample? other) =>
        other is not null
        && (Group, Every) == (other.Group, other.Every)
        && Source.SequenceEqual(other.Source)
        && Same(Unmatched, other.Unmatched)
        && Same(Matched, other.Matched);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Group, Every, Units);

    private static bool Same(IReadOnlyList<IReadOnlyList<double>> a, IReadOnlyList<IReadOnlyList<double>> b) =>
        a.Count == b.Count && a.Zip(b).All(rows => rows.First.SequenceEqual(rows.Second));
}

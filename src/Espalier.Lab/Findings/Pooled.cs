namespace Espalier.Lab.Findings;

/// <summary>Comparisons over several rows (sparsities, rewind epochs) at once.</summary>
public static class Pooled
{
    /// <summary>
    /// The paired difference of two methods: for each seed the mean of first − second over the rows that have both, then mean and
    /// interval over seeds. Rows of one seed share their networks and are not independent, so n counts seeds, not rows.
    /// </summary>
    public static PairedDifference Difference(IEnumerable<Comparison> rows, string first, string second)
    {
        (long Seed, double First, double Second)[] pairs =
        [
            .. from row in rows
            let other = row.Of(second)
            from value in row.Of(first)
            where other.ContainsKey(value.Key)
            select (value.Key, value.Value, other[value.Key]),
        ];
        var seeds = pairs.GroupBy(pair => pair.Seed).ToArray();
        return PairedDifference.Of(
            seeds.ToDictionary(g => g.Key, g => g.Average(p => p.First)),
            seeds.ToDictionary(g => g.Key, g => g.Average(p => p.Second))
        );
    }

    /// <summary>Where the interval of each row lies; rows of fewer than two seeds are not counted.</summary>
    public static IntervalCount Count(IEnumerable<Comparison> rows, string first, string second)
    {
        PairedDifference[] all = [.. rows.Select(row => row.Difference(first, second)).Where(difference => difference.Count > 1)];
        int above = all.Count(d => d.IsPositive),
            below = all.Count(d => d.IsNegative);
        return new IntervalCount(above, below, all.Length - above - below);
    }
}

namespace Espalier.Lab.Findings;

/// <summary>
/// The best of many methods, named fairly: the largest of many noisy means is too large, so the best is chosen on some seeds and what it
/// is worth is said on the others, which took no part in the choice.
/// </summary>
/// <param name="Method">The best on <see cref="ChosenOn"/>.</param>
/// <param name="Candidates">How many it was chosen from.</param>
/// <param name="ChosenOn">The first half of the seeds.</param>
/// <param name="Difference">It minus the reference, pooled over rows, on the seeds it was not chosen on.</param>
/// <param name="Gap">The share of the gap between naive and LTH that it closes there.</param>
public sealed record BestOfMany(string Method, int Candidates, IReadOnlyList<long> ChosenOn, PairedDifference Difference, GapClosed Gap)
{
    private const int Fewest = 3;

    /// <summary>Of the methods that every row has on every seed of the reference; null below three of them or three seeds.</summary>
    /// <param name="rows">Sparsities and rewind epochs of one network.</param>
    /// <param name="methods">Candidates.</param>
    /// <param name="reference">What the best is compared with.</param>
    public static BestOfMany? Of(IReadOnlyList<Comparison> rows, IEnumerable<string> methods, string reference)
    {
        long[] seeds = [.. rows.SelectMany(row => row.Of(reference).Keys).Distinct().Order()];
        string[] complete = [.. methods.Where(method => method != reference && rows.All(row => seeds.All(row.Of(method).ContainsKey)))];
        if (complete.Length < Fewest || seeds.Length < Fewest || !rows.All(row => seeds.All(row.Of(reference).ContainsKey)))
            return null;
        long[] first = seeds[..(seeds.Length / 2)];
        Comparison[] chosen = [.. rows.Select(row => row.On(first))],
            others = [.. rows.Select(row => row.On(seeds[first.Length..]))];
        string best = complete.MaxBy(method => Pooled.Difference(chosen, method, reference).Mean)!;
        return new(best, complete.Length, first, Pooled.Difference(others, best, reference), GapClosed.Of(others, best));
    }
}

using Espalier.Experiments.Results;

namespace Espalier.Reports.Analysis;

/// <summary>The share of the gap between naive and LTH that a method closes, with how sure it is.</summary>
/// <param name="Share">(method − naive) / (LTH − naive), of means over seeds; NaN where LTH is not above naive or no seed has all three.</param>
/// <param name="Low">Lower end of the 95 % interval; NaN below two seeds.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Count">Seeds, n.</param>
internal readonly record struct GapClosed(double Share, double Low, double High, int Count)
{
    /// <summary>
    /// Of a row. The interval is that of a ratio of means by the delta method: with a = method − naive and b = LTH − naive of each seed and g = ā / b̄, it is
    /// g ± t · sd(a − g·b) / (√n · b̄), Student's t with n − 1 degrees of freedom.
    /// </summary>
    public static GapClosed Of(Comparison row, string method)
    {
        long[] seeds = [.. row.Of(method).Keys.Where(seed => row.Of(MethodNames.Lth).ContainsKey(seed) && row.Of(MethodNames.Naive).ContainsKey(seed)).Order()];
        double Above(string name, long seed) => row.Of(name)[seed] - row.Of(MethodNames.Naive)[seed];
        double gap = seeds.Length == 0 ? 0 : seeds.Average(seed => Above(MethodNames.Lth, seed));
        if (gap <= 0) return new(double.NaN, double.NaN, double.NaN, seeds.Length);
        double share = seeds.Average(seed => Above(method, seed)) / gap;
        PairedDifference rest = PairedDifference.Of(seeds.ToDictionary(seed => seed, seed => Above(method, seed)), seeds.ToDictionary(seed => seed, seed => share * Above(MethodNames.Lth, seed)));
        double half = (rest.High - rest.Low) / 2 / gap;
        return new(share, share - half, share + half, seeds.Length);
    }
}

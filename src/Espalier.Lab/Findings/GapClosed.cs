using Espalier.Lab.Design;
using MathNet.Numerics.Distributions;

namespace Espalier.Lab.Findings;

/// <summary>
/// The share of the gap between naive and LTH that a method closes: (method − naive) / (LTH − naive) of means over the seeds that have
/// all three, with Fieller's interval. There is no share, and <see cref="Standing"/> says why, where the gap itself cannot be told from
/// zero.
/// </summary>
/// <param name="Standing">Whether there is a share, and if not why.</param>
/// <param name="Share">NaN where there is none.</param>
/// <param name="Low">Lower end of the 95 % interval; NaN where there is none.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Count">Seeds, n.</param>
public readonly record struct GapClosed(GapStanding Standing, double Share, double Low, double High, int Count)
{
    private static readonly string s_lth = Methods.Lth.Name,
        s_naive = Methods.Naive.Name;

    /// <summary>Whether there is a share.</summary>
    public bool IsKnown => Standing >= GapStanding.OneSeed;

    /// <summary>
    /// Over one or several rows: of each seed the mean over the rows in which it has all three, then over seeds. Rows of a seed share their
    /// networks, so n counts seeds.
    /// </summary>
    public static GapClosed Of(IEnumerable<Comparison> rows, string method)
    {
        var seeds = (
            from row in rows
            from own in row.Of(method)
            where row.Of(s_lth).ContainsKey(own.Key) && row.Of(s_naive).ContainsKey(own.Key)
            let naive = row.Of(s_naive)[own.Key]
            group (Part: own.Value - naive, Whole: row.Of(s_lth)[own.Key] - naive) by own.Key into seed
            orderby seed.Key
            select (Part: seed.Average(pair => pair.Part), Whole: seed.Average(pair => pair.Whole))
        ).ToArray();
        return Of([.. seeds.Select(seed => seed.Part)], [.. seeds.Select(seed => seed.Whole)]);
    }

    /// <summary>Mean of the shares that there are; −∞ where there is none, so that it is the least.</summary>
    public static double MeanShare(IEnumerable<GapClosed> gaps) =>
        gaps.Where(gap => gap.IsKnown).Select(gap => gap.Share).DefaultIfEmpty(double.NegativeInfinity).Average();

    /// <summary>
    /// Of method − naive and LTH − naive, seed by seed. With means ā and b̄, g = ā / b̄ and q = t² / n, Student's t with n − 1
    /// degrees of freedom, the interval holds every θ for which the paired test finds no difference between a and θ·b (Fieller 1954):
    /// g + δ for δ between the roots of (b̄² − q s²_b) δ² + 2 q s_rb δ − q s²_r = 0 with the rests r = a − g·b. It has two
    /// ends because the gap's own interval leaves zero out.
    /// </summary>
    public static GapClosed Of(IReadOnlyList<double> part, IReadOnlyList<double> whole)
    {
        int n = part.Count;
        if (n != whole.Count)
            throw new ArgumentException($"{n} values of the method and {whole.Count} of LTH are no pairs");
        if (n == 0)
            return new(GapStanding.NoSeed, double.NaN, double.NaN, double.NaN, 0);
        double gap = whole.Average(),
            share = part.Average() / gap;
        if (!(gap > 0))
            return new(GapStanding.NoGap, double.NaN, double.NaN, double.NaN, n);
        if (n == 1)
            return new(GapStanding.OneSeed, share, double.NaN, double.NaN, 1);
        double q = Math.Pow(StudentT.InvCDF(0, 1, n - 1, 0.5 + PairedDifference.Confidence / 2), 2) / n;
        double[] b = [.. whole.Select(value => value - gap)],
            r = [.. part.Zip(whole, (x, y) => x - share * y)];
        double Variance(double[] x, double[] y) => x.Zip(y, (one, other) => one * other).Sum() / (n - 1);
        double squared = gap * gap - q * Variance(b, b);
        if (!(squared > 0))
            return new(GapStanding.UncertainGap, double.NaN, double.NaN, double.NaN, n);
        double half = q * Variance(r, b),
            root = Math.Sqrt(half * half + squared * q * Variance(r, r));
        return new(GapStanding.Known, share, share - (half + root) / squared, share - (half - root) / squared, n);
    }
}

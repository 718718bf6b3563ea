using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace Espalier.Lab.Findings;

/// <summary>The mean difference of two methods over seeds that both were run with, and how sure it is.</summary>
/// <param name="Mean">Mean of first minus second; NaN without a pair.</param>
/// <param name="Std">Standard deviation of the differences (n − 1); NaN below two pairs.</param>
/// <param name="Count">Pairs, n.</param>
/// <param name="Low">Lower end of the 95 % interval of the mean (Student's t, n − 1 degrees of freedom); NaN below two pairs.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct PairedDifference(double Mean, double Std, int Count, double Low, double High)
{
    internal const double Confidence = 0.95,
        Doubt = 0.05; // 1 − 0.95 as a double is a little more

    /// <summary>Whether the interval lies above zero.</summary>
    public bool IsPositive => Low > 0;

    /// <summary>Whether the interval lies below zero.</summary>
    public bool IsNegative => High < 0;

    /// <summary>What can be said of it.</summary>
    [JsonIgnore]
    public DifferenceStanding Standing =>
        this switch
        {
            { Count: 0 } or { Mean: double.NaN } => DifferenceStanding.Missing,
            { Count: 1 } => DifferenceStanding.OneSeed,
            { IsPositive: true } => DifferenceStanding.Above,
            { IsNegative: true } => DifferenceStanding.Below,
            _ => DifferenceStanding.NotDistinguishable,
        };

    /// <summary>Of values by seed; seeds that only one side has are left out.</summary>
    public static PairedDifference Of(IReadOnlyDictionary<long, double> first, IReadOnlyDictionary<long, double> second)
    {
        MeanStd difference = MeanStd.Of(
            first.Where(pair => second.ContainsKey(pair.Key)).OrderBy(pair => pair.Key).Select(pair => pair.Value - second[pair.Key])
        );
        double half =
            difference.Count < 2
                ? double.NaN
                : StudentT.InvCDF(0, 1, difference.Count - 1, 0.5 + Confidence / 2) * difference.Std / Math.Sqrt(difference.Count);
        return new PairedDifference(difference.Mean, difference.Std, difference.Count, difference.Mean - half, difference.Mean + half);
    }
}

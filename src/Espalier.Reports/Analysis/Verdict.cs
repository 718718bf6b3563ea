using Espalier.Lab.Design;
using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>A difference in words.</summary>
/// <param name="First">Method.</param>
/// <param name="Second">What it is compared with.</param>
/// <param name="Difference">first − second.</param>
/// <param name="Methods">What the names stand for.</param>
internal sealed record Verdict(string First, string Second, PairedDifference Difference, RunMethods Methods)
{
    /// <summary>What can be said.</summary>
    public DifferenceStanding Standing => Difference.Standing;

    /// <summary>In one or two words.</summary>
    public string Word =>
        Standing switch
        {
            DifferenceStanding.Missing => "no pair yet",
            DifferenceStanding.OneSeed => "one seed: no interval",
            DifferenceStanding.Above => "above",
            DifferenceStanding.Below => "below",
            _ => "not distinguishable",
        };

    /// <summary>In one sentence.</summary>
    public string Sentence
    {
        get
        {
            string first = Capital(Methods.Label(First)),
                second = Methods.Label(Second),
                size = Numbers.Fixed(Math.Abs(Difference.Mean));
            return Standing switch
            {
                DifferenceStanding.Missing => $"{first} and {second} have no seed in common yet.",
                DifferenceStanding.OneSeed => $"{first} − {second} is {Numbers.Signed(Difference.Mean)} points; one seed: no interval.",
                DifferenceStanding.Above => $"{first} is above {second} by {size} points ({Interval(Difference)}).",
                DifferenceStanding.Below => $"{first} is below {second} by {size} points ({Interval(Difference)}).",
                _ => $"{first} is not distinguishable from {second}: {Numbers.Signed(Difference.Mean)} points "
                    + $"({Interval(Difference)}, which includes 0).",
            };
        }
    }

    // Not b-imp, which is B's and a name.
    private static string Capital(string text) => text.Length > 1 && text[1] == '-' ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The interval and n in words.</summary>
    public static string Interval(PairedDifference difference) =>
        Numbers.Invariant(
            $"95 % interval {Numbers.Signed(difference.Low)} to {Numbers.Signed(difference.High)}, n = {difference.Count} seeds"
        );
}

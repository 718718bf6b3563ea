using Espalier.Lab.Findings;

namespace Espalier.Reports.Analysis;

/// <summary>Why there is no share of a gap.</summary>
public static class GapReason
{
    /// <summary>Why there is no share, or no interval, in a few words; empty where there is one.</summary>
    public static string Of(GapClosed gap) =>
        gap.Standing switch
        {
            GapStanding.NoSeed => "no seed has all three",
            GapStanding.NoGap => "LTH is not above naive",
            GapStanding.UncertainGap => "the gap is not distinguishable from 0",
            GapStanding.OneSeed => "one seed",
            _ => "",
        };
}

using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>The share of the gap that a method closes, as a cell of any table.</summary>
internal static class GapCell
{
    /// <summary>What captions say of it.</summary>
    public const string Formula =
        "(method − naive) / (LTH − naive) of means over the seeds that have all three, with Fieller's 95 % interval; a "
        + "dash, and why, where LTH cannot be told from naive";

    /// <summary>The share with its interval below, or a dash with the reason.</summary>
    public static Cell Of(GapClosed gap, Tone tone = Tone.Plain) =>
        gap.Standing switch
        {
            GapStanding.Known => new(Numbers.Fixed(gap.Share), $"{Numbers.Fixed(gap.Low)} to {Numbers.Fixed(gap.High)}", tone),
            GapStanding.OneSeed => new(Numbers.Fixed(gap.Share), GapReason.Of(gap), tone),
            _ => new(Numbers.None, GapReason.Of(gap), Tone.Faint),
        };
}

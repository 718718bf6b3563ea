namespace Espalier.Lab.Findings;

/// <summary>What is known of the share of a gap.</summary>
public enum GapStanding
{
    /// <summary>No seed has LTH, naive and the method.</summary>
    NoSeed,

    /// <summary>LTH is not above naive: there is nothing to close.</summary>
    NoGap,

    /// <summary>The 95 % interval of LTH − naive holds zero: the share could be anything.</summary>
    UncertainGap,

    /// <summary>One seed: a share without an interval.</summary>
    OneSeed,

    /// <summary>A share and its interval.</summary>
    Known,
}

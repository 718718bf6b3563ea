namespace Espalier.Lab.Findings;

/// <summary>What a paired difference allows to say.</summary>
public enum DifferenceStanding
{
    /// <summary>Nothing to compare yet.</summary>
    Missing,

    /// <summary>One seed: no interval.</summary>
    OneSeed,

    /// <summary>The interval lies above zero.</summary>
    Above,

    /// <summary>The interval lies below zero.</summary>
    Below,

    /// <summary>The interval includes zero.</summary>
    NotDistinguishable,
}

namespace Espalier.Lab.Findings;

/// <summary>How many of several intervals lie where.</summary>
/// <param name="Above">Above zero.</param>
/// <param name="Below">Below zero.</param>
/// <param name="Neither">On both sides.</param>
public readonly record struct IntervalCount(int Above, int Below, int Neither)
{
    /// <summary>All of them.</summary>
    public int Count => Above + Below + Neither;

    /// <summary>How many would leave zero out by chance, on average, were there no difference.</summary>
    public double ByChance => Count * PairedDifference.Doubt;
}

namespace Espalier.Lab.Design;

/// <summary>Which B is compared.</summary>
public enum MatchedAgainst
{
    /// <summary>B at T: it has to be trained dense.</summary>
    Trained,

    /// <summary>B at the rewind epoch k: no more of it is trained than sparse training starts from.</summary>
    Rewind,

    /// <summary>B's random initialization.</summary>
    Init,
}

/// <summary>Which A is compared.</summary>
public enum MatchedOf
{
    /// <summary>A at T.</summary>
    Dense,

    /// <summary>A after pruning: what the mask keeps decides.</summary>
    Pruned,
}

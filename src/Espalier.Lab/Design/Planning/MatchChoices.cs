namespace Espalier.Lab.Design.Planning;

/// <summary>What is compared to find π.</summary>
public enum MatchedBy
{
    /// <summary>Activations (equation 1).</summary>
    Activations,

    /// <summary>Weights (Ainsworth et al. 2023).</summary>
    Weights,

    /// <summary>Both.</summary>
    Combined,

    /// <summary>Activations, again and again with the repaired middle of the two networks.</summary>
    Iterated,

    /// <summary>The loss of the middle of the two networks, by straight-through gradients.</summary>
    StraightThrough,

    /// <summary>What of B's weights matters to its loss.</summary>
    Saliency,
}

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

/// <summary>Where an ascent begins.</summary>
public enum MatchStart
{
    /// <summary>At the identity, without data.</summary>
    Identity,

    /// <summary>At the permutation that the activations of the same two networks give.</summary>
    Activations,
}

namespace Espalier.Matching;

/// <summary>Where an ascent begins.</summary>
public enum MatchStart
{
    /// <summary>At the identity, without data.</summary>
    Identity,

    /// <summary>At the permutation that the activations of the same two networks give.</summary>
    Activations,

    /// <summary>
    /// Of weights: at the best assignment of every group by what two units could add at most, their weights sorted on both sides, so that
    /// no other group need be matched before. What cut streams leave without an anchor is found so.
    /// </summary>
    Sorted,
}

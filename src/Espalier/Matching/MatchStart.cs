namespace Espalier.Matching;

/// <summary>Where an ascent begins.</summary>
public enum MatchStart
{
    /// <summary>At the identity, without data.</summary>
    Identity,

    /// <summary>At the permutation that the activations of the same two networks give.</summary>
    Activations,
}

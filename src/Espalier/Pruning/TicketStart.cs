namespace Espalier.Pruning;

/// <summary>What the kept weights of a sparse training's start are made of: of its own weights, and of a ticket's.</summary>
public enum TicketStart
{
    /// <summary>Its own weights as they are: |w| · sign(w).</summary>
    Own,

    /// <summary>Its own magnitudes with the ticket's signs: |w| · sign(t) (Zhou et al. 2019, Oh et al. 2025).</summary>
    Signed,

    /// <summary>The ticket's magnitudes with its own signs, |t| · sign(w): what a ticket's sizes are worth without its signs.</summary>
    Magnitudes,

    /// <summary>Its own magnitudes with signs drawn at random: what its own signs are worth.</summary>
    RandomSigns,

    /// <summary>The ticket's weights as they are, t: as much as can be taken.</summary>
    Copied,
}

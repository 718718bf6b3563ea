namespace Espalier.Collectives;

/// <summary>What was refused on all ranks at the same place of their work: they can go on together with something else.</summary>
public sealed class SharedRefusalException : InputException
{
    /// <summary>A sentence for the user.</summary>
    public SharedRefusalException(string message)
        : base(message) { }

    /// <summary>A sentence for the user and this rank's own fault behind it.</summary>
    public SharedRefusalException(string message, Exception inner)
        : base(message, inner) { }
}

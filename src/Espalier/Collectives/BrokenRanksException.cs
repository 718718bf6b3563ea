namespace Espalier.Collectives;

/// <summary>
/// Ranks can do nothing together any more: one has ended, or said that it cannot go on, or what carries their numbers failed.
/// </summary>
public sealed class BrokenRanksException : InputException
{
    /// <summary>A sentence for the user.</summary>
    public BrokenRanksException(string message)
        : base(message) { }
}

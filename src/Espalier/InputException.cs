namespace Espalier;

/// <summary>
/// Something the user gave cannot be used: a missing or truncated file, a mask of another network, an impossible option.
/// The message is one sentence that says what was found, where, and what was expected; the command line prints it and exits with code 2.
/// </summary>
public class InputException : Exception
{
    /// <summary>A sentence for the user.</summary>
    public InputException(string message)
        : base(message) { }

    /// <summary>A sentence for the user and the fault behind it.</summary>
    public InputException(string message, Exception inner)
        : base(message, inner) { }
}

using System.CommandLine;

namespace Espalier.Cli.Options;

/// <summary>Every option that a command takes acts, or is refused: none is read and forgotten.</summary>
internal static class Given
{
    /// <summary>Whether an option was given, and is not just its default.</summary>
    public static bool Is(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Refuses an option that would do nothing here.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="reason">Why it would, and what is expected instead, after the option's name: <c>means nothing without ...</c>.</param>
    /// <exception cref="InputException">It was given.</exception>
    public static void Refuse(ParseResult parsed, Option option, string reason)
    {
        if (Is(parsed, option))
            throw new InputException($"{option.Name} {reason}.");
    }

    /// <summary>Takes the names of another command's options, to say which of this one's was meant.</summary>
    /// <param name="command">The command.</param>
    /// <param name="meant">What it takes instead.</param>
    /// <param name="names">The other command's name, and its aliases.</param>
    public static void Redirect(Command command, Option meant, params string[] names)
    {
        Option<string> other = new(names[0], names[1..]) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        other.Validators.Add(result =>
            result.AddError($"'{command.Name}' does not take {result.IdentifierToken?.Value ?? names[0]}; expected {meant.Name}")
        );
        command.Options.Add(other);
    }
}

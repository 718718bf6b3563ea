using System.CommandLine;
using System.Text.RegularExpressions;

namespace Espalier.Cli.Terminal;

/// <summary>Texts whose lines go on after a backslash, as those of a shell do: helps are long, lines of code are not.</summary>
internal static partial class ContinuedLines
{
    /// <summary>Joins the lines of the description of a command, and of those below it.</summary>
    public static void Join(Command command)
    {
        command.Description = command.Description is { } text ? Joined(text) : null;
        foreach (Command below in command.Subcommands)
            Join(below);
    }

    /// <summary>The text with each backslash at a line's end, and the line's end and the next line's margin, taken out.</summary>
    public static string Joined(string text) => Continuation().Replace(text, "");

    [GeneratedRegex(@"\\\n *")]
    private static partial Regex Continuation();
}

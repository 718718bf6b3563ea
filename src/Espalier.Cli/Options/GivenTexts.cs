using System.CommandLine;
using System.CommandLine.Parsing;

namespace Espalier.Cli.Options;

/// <summary>
/// A text that is empty, or nothing but blanks, names nothing: a shell's variable that was not set. Options without a value are left out.
/// </summary>
internal static class GivenTexts
{
    /// <summary>Lets options and arguments of this command, and of those below it, take no empty text.</summary>
    public static void Require(Command command)
    {
        foreach (Option option in command.Options)
            if (IsText(option.ValueType))
                option.Validators.Add(result => Refuse(result, option.Name, result.Tokens));
        foreach (Argument argument in command.Arguments)
            if (IsText(argument.ValueType))
                argument.Validators.Add(result => Refuse(result, argument.Name, result.Tokens));
        foreach (Command below in command.Subcommands)
            Require(below);
    }

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);

    private static void Refuse(SymbolResult result, string name, IReadOnlyList<Token> given)
    {
        if (given.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            result.AddError($"The value of {name} is empty; expected a name, a path or a text");
    }
}

using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Espalier.Cli.Options;

namespace Espalier.Cli;

/// <summary>Says in one sentence what is wrong with a command line, with the nearest name where one was mistyped.</summary>
internal static class ParseFault
{
    public static string Sentence(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            if (!unknown.StartsWith('-') && command.Subcommands.Count == 0)
                return $"'{command.Name}' does not take the argument '{unknown}'; the values of a list are separated by commas, and "
                    + $"'espalier {PathOf(parsed.CommandResult)}--help' says what it takes.";
            IEnumerable<string> known = unknown.StartsWith('-')
                ? command.Options.Select(option => option.Name)
                : command.Subcommands.Select(sub => sub.Name);
            string kind = unknown.StartsWith('-') ? "option" : "command or argument";
            return Nearest.Unknown($"{kind} of {command.Name}", unknown, known).Message;
        }
        // What was given wrong comes before what is missing.
        ParseError first =
            parsed.Errors.FirstOrDefault(error =>
                error.SymbolResult is OptionResult { Tokens.Count: > 0 } or ArgumentResult { Tokens.Count: > 0 }
            ) ?? parsed.Errors[0];
        return OfValue(first.SymbolResult)
            ?? $"{first.Message.ReplaceLineEndings(" ").TrimEnd('.')}. See 'espalier {PathOf(parsed.CommandResult)}--help'.";
    }

    /// <summary>The words of a command, each with a blank behind it: <c>store gc </c>.</summary>
    private static string PathOf(CommandResult result) =>
        result.Command is RootCommand ? "" : $"{(result.Parent is CommandResult above ? PathOf(above) : "")}{result.Command.Name} ";

    /// <summary>The parser names .NET types and lists names over several lines; users get names and kinds of numbers.</summary>
    private static string? OfValue(SymbolResult? result)
    {
        (string name, Type type, IEnumerable<CompletionItem> completions) = result switch
        {
            OptionResult of => (of.Option.Name, of.Option.ValueType, of.Option.GetCompletions(CompletionContext.Empty)),
            ArgumentResult { Parent: OptionResult of } => (
                of.Option.Name,
                of.Option.ValueType,
                of.Option.GetCompletions(CompletionContext.Empty)
            ),
            ArgumentResult of => (of.Argument.Name, of.Argument.ValueType, of.Argument.GetCompletions(CompletionContext.Empty)),
            _ => ("", typeof(string), []),
        };
        string[] names = NamedValues.Of(type, completions);
        if (
            names.Length > 0
            && result?.Tokens.FirstOrDefault(given => !names.Contains(given.Value, StringComparer.OrdinalIgnoreCase)) is { } wrong
        )
            return Nearest.Unknown($"value of {name}", wrong.Value, names).Message;
        if (result?.Tokens is not [var token, ..])
            return null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        string? expected =
            type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(double) ? "a number"
            : null;
        return expected is null || result.Tokens.Count > 1
            ? null
            : $"The value '{token.Value}' of {name} is not {expected} in range{Comma(token.Value)}.";
    }

    /// <summary>Commas separate nothing within one number: neither decimals nor thousands.</summary>
    private static string Comma(string text) => text.Contains(',', StringComparison.Ordinal) ? "; expected such as 0.05 or 1000" : "";
}

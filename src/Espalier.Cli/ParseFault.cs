using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

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
                return $"'{command.Name}' does not take the argument '{unknown}'; the values of a list are separated by commas, and 'espalier {command.Name} --help' says what it takes.";
            IEnumerable<string> known = unknown.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
            string kind = unknown.StartsWith('-') ? "option" : "command or argument";
            return Nearest.Unknown($"{kind} of {command.Name}", unknown, known).Message;
        }
        ParseError first = parsed.Errors[0];
        return OfValue(first.SymbolResult) ?? $"{first.Message.ReplaceLineEndings(" ").TrimEnd('.')}. See 'espalier {(command is RootCommand ? "" : command.Name + " ")}--help'.";
    }

    /// <summary>The parser names .NET types and lists names over several lines; users get names and kinds of numbers.</summary>
    private static string? OfValue(SymbolResult? result)
    {
        (string name, Type type, IEnumerable<CompletionItem> completions) = result switch
        {
            OptionResult of => (of.Option.Name, of.Option.ValueType, of.Option.GetCompletions(CompletionContext.Empty)),
            ArgumentResult { Parent: OptionResult of } => (of.Option.Name, of.Option.ValueType, of.Option.GetCompletions(CompletionContext.Empty)),
            ArgumentResult of => (of.Argument.Name, of.Argument.ValueType, of.Argument.GetCompletions(CompletionContext.Empty)),
            _ => ("", typeof(string), []),
        };
        if (result?.Tokens is not [var token, ..]) return null;
        string[] names = [.. completions.Select(item => item.Label)];
        if (names.Length > 0 && !names.Contains(token.Value, StringComparer.OrdinalIgnoreCase)) return Nearest.Unknown($"value of {name}", token.Value, names).Message;
        type = Nullable.GetUnderlyingType(type) ?? type;
        string? expected = type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(double) ? "a number" : null;
        return expected is null || result.Tokens.Count > 1 ? null : $"The value '{token.Value}' of {name} is not {expected} in range.";
    }
}

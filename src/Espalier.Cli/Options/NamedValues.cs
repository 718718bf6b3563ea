using System.CommandLine;
using System.CommandLine.Completions;

namespace Espalier.Cli.Options;

/// <summary>The parser would take any number for the value of an enumeration, even one that has no name.</summary>
internal static class NamedValues
{
    /// <summary>Lets options of this command, and of those below it, take names only.</summary>
    public static void Require(Command command)
    {
        foreach (Option option in command.Options)
            if ((Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType).IsEnum) Require(option);
        foreach (Command below in command.Subcommands) Require(below);
    }

    private static void Require(Option option)
    {
        string[] names = [.. option.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!names.Contains(token.Value, StringComparer.OrdinalIgnoreCase)) result.AddError($"{option.Name} {token.Value} is none of {string.Join(", ", names)}");
        });
    }
}

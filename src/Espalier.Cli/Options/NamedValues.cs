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
            if (EnumOf(option.ValueType) is not null)
                Require(option);
        foreach (Command below in command.Subcommands)
            Require(below);
    }

    /// <summary>The names that a value, or each of several, may have; none where it has another type.</summary>
    /// <param name="type">The type of the value.</param>
    /// <param name="completions">What the parser offers for it.</param>
    public static string[] Of(Type type, IEnumerable<CompletionItem> completions) =>
        EnumOf(type) is { } named ? Enum.GetNames(named) : [.. completions.Select(item => item.Label)];

    private static Type? EnumOf(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type) is { IsEnum: true } named ? named : null;

    private static void Require(Option option)
    {
        string[] names = Of(option.ValueType, []);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!names.Contains(token.Value, StringComparer.OrdinalIgnoreCase))
                    result.AddError($"{option.Name} {token.Value} is none of {string.Join(", ", names)}");
        });
    }
}

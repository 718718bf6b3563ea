using System.CommandLine;
using System.CommandLine.Parsing;

namespace Espalier.Cli.Options;

/// <summary>
/// The parser would take separators of thousands, spaces and what the culture writes: options that take a number take a plain one.
/// </summary>
internal static class PlainNumbers
{
    /// <summary>Lets options of this command, and of those below it, take plain numbers only.</summary>
    public static void Require(Command command)
    {
        foreach (Option option in command.Options)
            Require(option);
        foreach (Command below in command.Subcommands)
            Require(below);
    }

    private static void Require(Option option)
    {
        switch (option)
        {
            case Option<double> number:
                number.CustomParser = result => Number(result, option) ?? 0;
                break;
            case Option<double?> number:
                number.CustomParser = result => Number(result, option);
                break;
            case Option<int> number:
                number.CustomParser = result => (int)(Whole(result, option, int.MinValue, int.MaxValue) ?? 0);
                break;
            case Option<int?> number:
                number.CustomParser = result => (int?)Whole(result, option, int.MinValue, int.MaxValue);
                break;
            case Option<long> number:
                number.CustomParser = result => Whole(result, option, long.MinValue, long.MaxValue) ?? 0;
                break;
            case Option<long?> number:
                number.CustomParser = result => Whole(result, option, long.MinValue, long.MaxValue);
                break;
        }
    }

    private static double? Number(ArgumentResult result, Option option)
    {
        string text = result.Tokens[0].Value;
        if (PlainNumber.TryParse(text, out double number))
            return number;
        result.AddError($"The value '{text}' of {option.Name} is not a number in range");
        return null;
    }

    private static long? Whole(ArgumentResult result, Option option, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (PlainNumber.TryParse(text, out long number) && number >= least && number <= most)
            return number;
        result.AddError($"The value '{text}' of {option.Name} is not a whole number in range");
        return null;
    }
}

using System.CommandLine.Parsing;

namespace Espalier.Cli.Options;

/// <summary>Lists as options: separated by commas, or by giving the option again.</summary>
internal static class Lists
{
    public static double[] Numbers(ArgumentResult result) => Parse<double>(result, PlainNumber.TryParse, "a number");

    public static int[] Integers(ArgumentResult result) => Parse<int>(result, PlainNumber.TryParse, "a whole number");

    private delegate bool TryParse<T>(string? text, out T value);

    private static T[] Parse<T>(ArgumentResult result, TryParse<T> parse, string expected)
    {
        string option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        var values = new List<T>();
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
            if (parse(part, out T value))
                values.Add(value);
            else
                result.AddError($"'{part}' is not {expected}, in the option {option}");
        return [.. values];
    }
}

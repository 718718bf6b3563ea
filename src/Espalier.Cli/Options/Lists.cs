using System.CommandLine.Parsing;
using System.Globalization;

namespace Espalier.Cli.Options;

/// <summary>Lists as options: separated by commas, or by giving the option again.</summary>
internal static class Lists
{
    public static double[] Numbers(ArgumentResult result) => Parse(result, (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value), "a number");

    public static int[] Integers(ArgumentResult result) => Parse(result, (string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value), "a whole number");

    private delegate bool TryParse<T>(string text, out T value);

    private static T[] Parse<T>(ArgumentResult result, TryParse<T> parse, string expected)
    {
        string option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        var values = new List<T>();
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
            if (parse(part, out T value)) values.Add(value);
            else result.AddError($"'{part}' is not {expected}, in the option {option}");
        if (values.Count == 0 && !result.Errors.Any()) result.AddError($"{option} '{string.Join(' ', result.Tokens.Select(token => token.Value))}' holds nothing; expected {expected}, or several separated by commas");
        return [.. values];
    }
}

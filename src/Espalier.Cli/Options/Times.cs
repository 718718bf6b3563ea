using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Espalier.Training;

namespace Espalier.Cli.Options;

/// <summary>Times such as 90s, 30m, 2h or 1.5d.</summary>
internal static class Times
{
    public const string SaveEveryName = "--save-every";

    /// <summary>Reads one; the argument's option is named where it is none.</summary>
    public static TimeSpan? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        double unit = text.LastOrDefault() switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 0,
        };
        if (unit > 0 && PlainNumber.TryParse(text[..^1], out double value) && value > 0 && value < 1e6)
            return TimeSpan.FromSeconds(value * unit);
        string option = (result.Parent as OptionResult)?.Option.Name ?? "the argument";
        result.AddError($"'{text}' of {option} is no time; expected such as 90s, 30m, 2h or 1.5d");
        return null;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture) + "s";

    /// <summary>How often a training saves itself in the middle of an epoch.</summary>
    public static Option<TimeSpan?> SaveEvery() =>
        new(SaveEveryName)
        {
            Description =
                "Save a training in the middle of an epoch when so much time passed since the last save, such as 30s or "
                + $"10m; default: {MidEpochSaves.Usual.TotalMinutes}m.",
            CustomParser = Parse,
        };
}

using System.CommandLine.Parsing;

namespace Espalier.Cli.Options;

/// <summary>An amount of memory as a command line gives it: <c>500MB</c>, <c>4GB</c>, <c>0</c>.</summary>
/// <param name="Bytes">At least 0.</param>
internal sealed record MemoryAmount(long Bytes)
{
    private static readonly (string Ending, long Factor)[] s_units =
    [
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("KB", 1_000),
        ("B", 1),
        ("", 1),
    ];

    /// <summary>Reads an option's value; adds an error and gives null where it is none.</summary>
    public static MemoryAmount? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        (string ending, long factor) = s_units.First(unit => text.EndsWith(unit.Ending, StringComparison.OrdinalIgnoreCase));
        if (PlainNumber.TryParse(text[..^ending.Length], out double value) && value >= 0 && value * factor < 1e18)
            return new MemoryAmount((long)(value * factor));
        result.AddError($"'{text}' of {OwnImageOptionSet.MemoryName} is no amount of memory; expected such as 500MB or 4GB");
        return null;
    }
}

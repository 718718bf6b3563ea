using System.Globalization;
using System.Text.RegularExpressions;

namespace Espalier.Networks;

/// <summary>How a part of a layer's units is called: <c>conv1[8..12)</c> are four of them, from the ninth on.</summary>
internal static partial class UnitRange
{
    public static string Name(string whole, int from, int units) => $"{whole}[{from}..{from + units})";

    /// <summary>
    /// In earlier files a part of a part is named by its place in that (<c>conv1[4..16)[4..12)</c>); here it is named by its place in the
    /// whole (<c>conv1[8..16)</c>), so that those files are read, too.
    /// </summary>
    public static string Plain(string name)
    {
        if (Nested().Match(name) is not { Success: true } match)
            return name;
        int[] starts = [.. match.Groups["from"].Captures.Select(Number)],
            ends = [.. match.Groups["to"].Captures.Select(Number)];
        int from = starts.Sum();
        return Name(match.Groups["whole"].Value, from, ends[^1] - starts[^1]);
        static int Number(Capture text) => int.Parse(text.ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<whole>.*?)(\[(?<from>\d{1,8})\.\.(?<to>\d{1,8})\)){2,}$", RegexOptions.Singleline)]
    private static partial Regex Nested();
}

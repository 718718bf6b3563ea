using System.Globalization;

namespace Espalier;

/// <summary>Shares as percentages for people.</summary>
public static class Share
{
    private const int MostDecimals = 12;

    /// <summary>
    /// A share in per cent without the sign, 0.95 as <c>95</c>, with at most so many decimals, or as many more as it takes not to say 100
    /// where something is left, or 0 where something is there: three weights of 13,216 kept are a sparsity of 99.98, three of a million one
    /// of 99.9997.
    /// </summary>
    public static string Percent(double share, int decimals = 2)
    {
        for (int digits = decimals; ; digits++)
        {
            string text = Math.Round(100 * share, digits).ToString("0." + new string('#', digits), CultureInfo.InvariantCulture);
            bool hides = text == "100" && share != 1 || text is "0" or "-0" && share != 0;
            if (!hides || digits >= MostDecimals)
                return text is "-0" ? "0" : text;
        }
    }
}

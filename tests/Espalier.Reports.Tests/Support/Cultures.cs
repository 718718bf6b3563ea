using System.Globalization;

namespace Espalier.Reports.Tests.Support;

/// <summary>
/// Two cultures to write under: the invariant one, and one made by hand that differs in everything a number can differ in (the repository
/// runs without the system's culture data). Its words for numbers are those of German and Turkish writing: comma, point, a long minus.
/// </summary>
internal static class Cultures
{
    public static IReadOnlyDictionary<string, CultureInfo> All { get; } =
        new Dictionary<string, CultureInfo> { ["invariant"] = CultureInfo.InvariantCulture, ["comma"] = Comma() };

    /// <summary>Does something under a culture and puts the thread's own back.</summary>
    public static T Under<T>(string name, Func<T> work)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = All[name];
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static CultureInfo Comma()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = new NumberFormatInfo
        {
            NumberDecimalSeparator = ",",
            NumberGroupSeparator = ".",
            PercentDecimalSeparator = ",",
            PercentGroupSeparator = ".",
            NegativeSign = "‒",
            PositiveSign = "plus",
            NaNSymbol = "kein Wert",
            PercentSymbol = "Prozent",
        };
        return culture;
    }
}

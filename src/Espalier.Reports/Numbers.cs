using System.Globalization;
using Espalier.Lab.Findings;

namespace Espalier.Reports;

/// <summary>
/// Numbers as a reader sees them, the same under every culture: a point, a true minus sign, and – for what is not there.
/// </summary>
internal static class Numbers
{
    public const string None = "–";
    private const string Minus = "−";
    private static readonly string[] Powers = ["", "k", "M", "G", "T", "P", "E", "Z"];

    /// <summary>With a fixed number of decimals.</summary>
    public static string Fixed(double value, int decimals = 2)
    {
        if (!double.IsFinite(value))
            return None;
        string text = Math.Abs(value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return value < 0 && text.Any(c => c is >= '1' and <= '9') ? Minus + text : text;
    }

    /// <summary>A difference: with its sign.</summary>
    public static string Signed(double value, int decimals = 2)
    {
        string text = Fixed(value, decimals);
        return text == None || text.StartsWith(Minus, StringComparison.Ordinal) || !text.Any(c => c is >= '1' and <= '9')
            ? text
            : "+" + text;
    }

    /// <summary>At most so many decimals, no zeros at the end: for ticks and options.</summary>
    public static string Short(double value, int decimals = 4)
    {
        if (!double.IsFinite(value))
            return None;
        string text = Math.Round(value, decimals).ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
        return text is "-0" ? "0" : text.Replace("-", Minus, StringComparison.Ordinal);
    }

    /// <summary>A share as a percentage: 0.8 is <c>80 %</c>.</summary>
    public static string Percent(double share, int decimals = 2) =>
        double.IsFinite(share) ? Share.Percent(share, decimals).Replace("-", Minus, StringComparison.Ordinal) + " %" : None;

    /// <summary>Mean ± standard deviation; the mean alone where there is one value.</summary>
    public static string MeanStd(double mean, double? std) =>
        std is { } spread && double.IsFinite(spread) && double.IsFinite(mean) ? $"{Fixed(mean)} ± {Fixed(spread)}" : Fixed(mean);

    /// <summary>Likewise.</summary>
    public static string Of(MeanStd value) => MeanStd(value.Mean, value.Std);

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long value) =>
        value.ToString("#,0", CultureInfo.InvariantCulture).Replace("-", Minus, StringComparison.Ordinal);

    /// <summary>A big number with an SI prefix: <c>1.23 P</c>.</summary>
    public static string Big(double value, string unit)
    {
        if (!double.IsFinite(value))
            return None;
        int power = value < 1000 ? 0 : Math.Min(Powers.Length - 1, (int)(Math.Log10(value) / 3));
        double scaled = value / Math.Pow(1000, power);
        return $"{Fixed(scaled, power == 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2)} {Powers[power]}{unit}".TrimEnd();
    }

    /// <summary>A time as people say it.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return None;
        if (seconds < 60)
            return Short(seconds, seconds < 10 ? 1 : 0) + " s";
        long minutes = (long)Math.Round(seconds / 60);
        if (minutes < 60)
            return Invariant($"{minutes} min");
        return minutes < 60 * 48
            ? Invariant($"{minutes / 60} h {minutes % 60:00} min")
            : Invariant($"{minutes / 60 / 24} d {minutes / 60 % 24:00} h");
    }

    /// <summary>Text with numbers in it, under the invariant culture.</summary>
    public static string Invariant(InvariantText text) => text.Take();

    /// <summary>For machines: shortest form that reads back as the same number; empty where there is none.</summary>
    public static string Raw(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
}

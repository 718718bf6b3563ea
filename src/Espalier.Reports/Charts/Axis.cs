namespace Espalier.Reports.Charts;

/// <summary>A labelled place on an axis.</summary>
/// <param name="At">In the axis' units.</param>
/// <param name="Text">Its label.</param>
public readonly record struct Tick(double At, string Text);

/// <summary>One axis of a panel. Max below Min turns it round.</summary>
/// <param name="Title">What and in which unit; empty for none.</param>
/// <param name="Min">Value at its start: left or bottom.</param>
/// <param name="Max">Value at its end.</param>
/// <param name="Ticks">Labelled places; labels that would touch are left out.</param>
public sealed record Axis(string Title, double Min, double Max, IReadOnlyList<Tick> Ticks)
{
    private const double Margin = 0.06;

    /// <summary>Whether its places are names, one a row.</summary>
    internal bool IsOfNames { get; init; }

    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    /// <summary>An axis that covers some values, with round ticks.</summary>
    /// <param name="title">What and in which unit.</param>
    /// <param name="values">To be covered; others than numbers are ignored.</param>
    /// <param name="count">About how many ticks.</param>
    /// <param name="floor">No tick or end below it.</param>
    /// <param name="ceiling">Nor above it.</param>
    public static Axis Covering(
        string title,
        IEnumerable<double> values,
        int count = 5,
        double floor = double.NegativeInfinity,
        double ceiling = double.PositiveInfinity
    )
    {
        double[] all = [.. values.Where(double.IsFinite)];
        (double low, double high) = all.Length == 0 ? (0, 1) : (all.Min(), all.Max());
        // One value, or values equal but for rounding: a window round them.
        if (high - low < 1e-12 * Math.Max(Math.Abs(high), Math.Abs(low)) || high == low)
        {
            double half = high == 0 ? 0.5 : Math.Abs(high) * 0.01;
            (low, high) = (low - half, high + half);
        }
        double span = high - low;
        double step = NiceStep(span / count);
        double min = Math.Max(floor, low - Margin * span),
            max = Math.Min(ceiling, high + Margin * span);
        return new Axis(title, min, max, Round(min, max, step));
    }

    /// <summary>An axis with a tick at each of some values.</summary>
    public static Axis At(string title, IEnumerable<double> values, Func<double, string> text)
    {
        double[] all = [.. values.Distinct().Order()];
        (double low, double high) = all.Length == 0 ? (0, 1) : (all[0], all[^1]);
        double margin = high > low ? Margin * (high - low) : 1;
        return new Axis(title, low - margin, high + margin, [.. all.Select(value => new Tick(value, text(value)))]);
    }

    /// <summary>An axis of names, the first at the top: name i is at −i.</summary>
    public static Axis Names(IReadOnlyList<string> names) =>
        new("", -(names.Count - 0.4), 0.6, [.. names.Select((name, i) => new Tick(-i, name))]) { IsOfNames = true };

    private static Tick[] Round(double min, double max, double step)
    {
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) + 0.4), 0, 6);
        return
        [
            .. Enumerable
                .Range(0, (int)(Math.Floor(max / step) - Math.Ceiling(min / step)) + 1)
                .Select(i => (Math.Ceiling(min / step) + i) * step)
                .Select(at => new Tick(at, step >= 1000 ? Numbers.Count((long)Math.Round(at)) : Numbers.Short(at, Math.Max(1, decimals)))),
        ];
    }

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return Steps.First(step => step * power >= rough * 0.999) * power;
    }
}

namespace Espalier.Lab.Findings;

/// <summary>Mean and sample standard deviation (n − 1) over seeds.</summary>
/// <param name="Mean">NaN where there is nothing.</param>
/// <param name="Std">NaN below two values.</param>
/// <param name="Count">n.</param>
public readonly record struct MeanStd(double Mean, double Std, int Count)
{
    /// <summary>Of some values.</summary>
    public static MeanStd Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        if (all.Length == 0)
            return new MeanStd(double.NaN, double.NaN, 0);
        double mean = all.Average();
        return new MeanStd(
            mean,
            all.Length < 2 ? double.NaN : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1)),
            all.Length
        );
    }

    /// <summary>Of the accuracies of networks, in per cent.</summary>
    public static MeanStd OfAccuracies(IEnumerable<ResultCell> cells) =>
        Of(cells.OrderBy(cell => cell.Method, StringComparer.Ordinal).ThenBy(cell => cell.Seed).Select(cell => cell.TestAccuracyPercent));
}

using Espalier.Lab.Findings;
using Espalier.Reports.Charts;

namespace Espalier.Reports.Figures;

/// <summary>Means with bars of one standard deviation.</summary>
internal static class ErrorBars
{
    /// <summary>A mean over seeds at a place; without a bar where the deviation is not a number, as with one seed.</summary>
    public static Datum At(double x, MeanStd mean, string tip) => new(x, mean.Mean, mean.Mean - mean.Std, mean.Mean + mean.Std, tip);

    /// <summary>What an axis has to cover: points and the ends of their bars.</summary>
    public static IEnumerable<double> Heights(IEnumerable<Series> series) =>
        series.SelectMany(s => s.Data).SelectMany(d => new[] { d.Y, d.Low, d.High });
}

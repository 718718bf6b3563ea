using Espalier.Training;

namespace Espalier.Lab.Findings;

/// <summary>What training gives as it goes on, over seeds.</summary>
public static class MeanCurve
{
    /// <summary>
    /// Mean accuracy in per cent at the epochs that all of the curves have been tested at, ascending; curves without any epoch are left
    /// out.
    /// </summary>
    public static IReadOnlyList<(int Epoch, double Mean)> Of(IEnumerable<TrainingCurve> curves) =>
        Of(curves, epoch => epoch.TestAccuracyPercent);

    /// <summary>Mean of some number at the epochs at which all of the curves have it, ascending; likewise.</summary>
    /// <param name="curves">One a seed.</param>
    /// <param name="number">Null where an epoch has none.</param>
    public static IReadOnlyList<(int Epoch, double Mean)> Of(IEnumerable<TrainingCurve> curves, Func<EpochMetrics, double?> number)
    {
        TrainingCurve[] all = [.. curves.Where(curve => curve.Epochs.Count > 0)];
        return
        [
            .. from curve in all
            from epoch in curve.Epochs
            let value = number(epoch)
            where value is not null
            group value.Value by epoch.Epoch into g
            where g.Count() == all.Length
            orderby g.Key
            select (g.Key, g.Average()),
        ];
    }
}

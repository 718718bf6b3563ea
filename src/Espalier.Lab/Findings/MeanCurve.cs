namespace Espalier.Lab.Findings;

/// <summary>Test accuracy as training goes on, over seeds.</summary>
public static class MeanCurve
{
    /// <summary>
    /// Mean in per cent at the epochs that all of the curves have been tested at, ascending; curves without any epoch are left out.
    /// </summary>
    public static IReadOnlyList<(int Epoch, double Mean)> Of(IEnumerable<TrainingCurve> curves)
    {
        TrainingCurve[] all = [.. curves.Where(curve => curve.Epochs.Count > 0)];
        return
        [
            .. from curve in all
            from epoch in curve.Epochs
            where epoch.TestAccuracyPercent is not null
            group epoch.TestAccuracyPercent!.Value by epoch.Epoch into g
            where g.Count() == all.Length
            orderby g.Key
            select (g.Key, g.Average()),
        ];
    }
}

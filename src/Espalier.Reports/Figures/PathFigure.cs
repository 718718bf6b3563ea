using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Loss and error along the path from A to B (figure 3).</summary>
internal static class PathFigure
{
    /// <summary>Test loss and error along the linear path from A to B; null where it was not measured.</summary>
    public static Figure? Of(RunView view, string model)
    {
        IReadOnlyList<IGrouping<PathKind, BarrierResult>> kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB);
        if (kinds.Count == 0)
            return null;
        Panel[] panels =
        [
            Panel("test loss", point => point.Loss, double.PositiveInfinity),
            Panel("test error, %", point => point.ErrorPercent, 100),
        ];
        return PanelGrid
            .For(2)
            .Draw(
                $"barrier-{view.Slug(model)}",
                $"From A to B: {model} on {view.Run.DataSet}",
                $"Loss and 0-1 error on test images of (1 − α)·A + α·B{Of(view, kinds.Max(kind => kind.Count()))}. "
                    + "Aligned: A was moved by the permutation that was found. "
                    + "What is corrected: batch-norm statistics computed anew (reset), or every unit's mean and standard "
                    + "deviation matched to those between the ends (REPAIR).",
                panels,
                [.. kinds.Select(kind => BarrierLook.Of(kind.Key))]
            );

        Panel Panel(string title, Func<CurvePoint, double> value, double ceiling)
        {
            Series[] series = [.. kinds.Select(kind => new Series(BarrierLook.Of(kind.Key), Points(kind, value), Every: 4))];
            return new Panel(
                title,
                new Axis(
                    "α, from A at 0 to B at 1",
                    0,
                    1,
                    [.. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(at => new Tick(at, Numbers.Short(at, 2)))]
                ),
                Axis.Covering("", series.SelectMany(s => s.Data).Select(d => d.Y), floor: 0, ceiling: ceiling),
                series
            );
        }
    }

    /// <summary>Networks given as files are of no seed.</summary>
    private static string Of(RunView view, int seeds) =>
        view.IsOfGivenFiles ? ""
        : seeds == 1 ? ", one seed"
        : Numbers.Invariant($", mean over {seeds} seeds");

    private static Datum[] Points(IGrouping<PathKind, BarrierResult> curves, Func<CurvePoint, double> value) =>
        [
            .. from point in BarrierPaths.MeanPath([.. curves], value)
            select new Datum(
                point.Alpha,
                point.Mean,
                Tip: $"{BarrierNames.Label(curves.Key)}, α = {Numbers.Short(point.Alpha)}: {Numbers.Fixed(point.Mean, 3)}"
            ),
        ];
}

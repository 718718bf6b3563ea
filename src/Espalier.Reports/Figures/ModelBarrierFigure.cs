using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>The barriers of several networks.</summary>
internal static class ModelBarrierFigure
{
    /// <summary>The barrier of every network, side by side; null below two networks.</summary>
    public static Figure? Of(RunView view)
    {
        string[] models =
        [
            .. view.Run.Models.Where(model => BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB).Count > 0),
        ];
        if (models.Length < 2)
            return null;
        PathKind[] kinds =
        [
            .. models
                .SelectMany(model => BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB))
                .Select(g => g.Key)
                .Distinct()
                .OrderBy(kind => kind.Aligned)
                .ThenBy(kind => kind.Correction),
        ];
        Panel[] panels =
        [
            Panel("loss barrier", curve => curve.Test.Barrier.Loss),
            Panel("error barrier, points", curve => curve.Test.Barrier.ErrorPercent),
        ];
        return PanelGrid
            .For(2)
            .Draw(
                "barrier-by-network",
                $"Barriers between A and B by network: {view.Run.DataSet}",
                "Largest height of the linear path from A to B above the straight line between its ends, on test images; "
                    + $"{view.OverSeeds}{view.Deviations}.",
                panels,
                [.. kinds.Select(kind => BarrierLook.Of(kind))]
            );

        Panel Panel(string title, Func<BarrierResult, double> value)
        {
            Series[] series =
            [
                .. kinds.Select(kind => new Series(
                    BarrierLook.Of(kind),
                    [
                        .. from model in Enumerable.Range(0, models.Length)
                        from curve in BarrierPaths.Of(view.Results.Studies, models[model], BarrierNames.FromAToB).Where(g => g.Key == kind)
                        let mean = BarrierPaths.Mean(curve, value)
                        select ErrorBars.At(model, mean, $"{models[model]}, {BarrierNames.Label(kind)}: {Numbers.Of(mean)}"),
                    ]
                )),
            ];
            return new Panel(
                title,
                new Axis("", -0.5, models.Length - 0.5, [.. models.Select((name, i) => new Tick(i, name))]),
                Axis.Covering("", [.. ErrorBars.Heights(series), 0]),
                series
            );
        }
    }
}

using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>What lies between two networks: from A to B (figure 3), and from dense to pruned A (figure 4a).</summary>
internal static class BarrierFigures
{
    private const string Loss = "test loss",
        Error = "test error, %";

    /// <summary>Test loss and error along the linear path from A to B; null where it was not measured.</summary>
    public static Figure? Curves(RunView view, string model)
    {
        IReadOnlyList<IGrouping<PathKind, BarrierResult>> kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.FromAToB);
        if (kinds.Count == 0)
            return null;
        Panel[] panels = [Panel(Loss, point => point.Loss, double.PositiveInfinity), Panel(Error, point => point.ErrorPercent, 100)];
        return PanelGrid
            .For(2)
            .Draw(
                $"barrier-{view.Slug(model)}",
                $"From A to B: {model} on {view.Run.DataSet}",
                $"Loss and 0-1 error on test images of (1 − α)·A + α·B, mean over "
                    + $"{Numbers.Count(kinds.Max(kind => kind.Count()))} seed(s). Aligned: A was moved by the permutation that "
                    + $"activation matching found. What is "
                    + "corrected: batch-norm statistics computed anew (reset), or every unit's mean and standard deviation matched to "
                    + "those between the ends (REPAIR).",
                panels,
                [.. kinds.Select(Look)]
            );

        Panel Panel(string title, Func<CurvePoint, double> value, double ceiling)
        {
            Series[] series = [.. kinds.Select(kind => new Series(Look(kind), Points(kind, value), Every: 4))];
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

    /// <summary>The barrier of every network, side by side; null below two networks.</summary>
    public static Figure? ByModel(RunView view)
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
                "Largest height of the linear path from A to B above the straight line between its ends, on test images; mean "
                    + "over seeds, bars are ± one standard deviation (n − 1), absent with one seed.",
                panels,
                [.. kinds.Select(kind => Look(kind))]
            );

        Panel Panel(string title, Func<BarrierResult, double> value)
        {
            Series[] series =
            [
                .. kinds.Select(kind => new Series(
                    Look(kind),
                    [
                        .. from model in Enumerable.Range(0, models.Length)
                        from curve in BarrierPaths.Of(view.Results.Studies, models[model], BarrierNames.FromAToB).Where(g => g.Key == kind)
                        let mean = BarrierPaths.Mean(curve, value)
                        select new Datum(
                            model,
                            mean.Mean,
                            mean.Mean - mean.Std,
                            mean.Mean + mean.Std,
                            $"{models[model]}, {BarrierNames.Label(kind)}: {Numbers.Of(mean)}"
                        ),
                    ]
                )),
            ];
            return new Panel(
                title,
                new Axis("", -0.5, models.Length - 0.5, [.. models.Select((name, i) => new Tick(i, name))]),
                Axis.Covering("", series.SelectMany(s => s.Data).SelectMany(d => new[] { d.Y, d.Low, d.High, 0 })),
                series
            );
        }
    }

    /// <summary>The barrier between dense A and A after each round of pruning; null where it was not measured.</summary>
    public static Figure? Pruning(RunView view, string model)
    {
        IReadOnlyList<IGrouping<PathKind, BarrierResult>> kinds = BarrierPaths.Of(view.Results.Studies, model, BarrierNames.AlongPruning);
        if (kinds.Count == 0)
            return null;
        Panel[] panels =
        [
            Panel("error barrier, points", curve => curve.Test.Barrier.ErrorPercent),
            Panel("loss barrier", curve => curve.Test.Barrier.Loss),
        ];
        return PanelGrid
            .For(2)
            .Draw(
                $"pruning-barrier-{view.Slug(model)}",
                $"From dense to pruned A: {model} on {view.Run.DataSet}",
                "Barrier on test images between dense A and A after each round of iterative pruning, against the sparsity of the "
                    + "prunable weights; mean over seeds, bars are ± one standard "
                    + "deviation (n − 1), absent with one seed. 0: no point of the path lies above the line between its ends.",
                panels,
                [.. kinds.Select(kind => Look(kind.Key) with { Label = BarrierNames.Name(kind.Key.Correction) })]
            );

        Panel Panel(string title, Func<BarrierResult, double> value)
        {
            Series[] series =
            [
                .. kinds.Select(kind => new Series(
                    Look(kind),
                    [
                        .. from curves in kind.GroupBy(curve => (curve.Sparsity, curve.Round))
                        orderby curves.Key.Sparsity
                        let mean = BarrierPaths.Mean(curves, value)
                        select new Datum(
                            curves.Key.Sparsity * 100,
                            mean.Mean,
                            mean.Mean - mean.Std,
                            mean.Mean + mean.Std,
                            Numbers.Invariant(
                                $"round {curves.Key.Round}, {Numbers.Percent(curves.Key.Sparsity, 1)}, "
                                    + $"{BarrierNames.Name(kind.Key.Correction)}: {Numbers.Of(mean)}"
                            )
                        ),
                    ]
                )),
            ];
            return new Panel(
                title,
                Axis.At("sparsity, %", series[0].Data.Select(d => d.X), s => Numbers.Short(s, 0)),
                Axis.Covering("", series.SelectMany(s => s.Data).SelectMany(d => new[] { d.Y, d.Low, d.High, 0 })),
                series
            );
        }
    }

    private static Datum[] Points(IGrouping<PathKind, BarrierResult> curves, Func<CurvePoint, double> value) =>
        [
            .. from point in BarrierPaths.MeanPath([.. curves], value)
            select new Datum(
                point.Alpha,
                point.Mean,
                Tip: $"{BarrierNames.Label(curves.Key)}, α = {Numbers.Short(point.Alpha)}: {Numbers.Fixed(point.Mean, 3)}"
            ),
        ];

    private static Style Look(IGrouping<PathKind, BarrierResult> curves) => Look(curves.Key);

    /// <summary>Colour for the correction, marker and dash for the alignment.</summary>
    private static Style Look(PathKind kind) =>
        new(
            BarrierNames.Label(kind),
            kind.Correction switch
            {
                Correction.None => Paint.Vermillion,
                Correction.Reset => Paint.Sky,
                Correction.Rescale => Paint.Purple,
                Correction.ClosedForm => Paint.Green,
                _ => Paint.Blue,
            },
            (kind.Correction, kind.Aligned) switch
            {
                (Correction.None, false) => MarkerShape.Triangle,
                (Correction.None, _) => MarkerShape.Wedge,
                (Correction.Reset, _) => MarkerShape.Diamond,
                (Correction.Rescale, _) => MarkerShape.Cross,
                (Correction.ClosedForm, _) => MarkerShape.Square,
                _ => MarkerShape.Circle,
            },
            kind.Aligned ? Dash.Solid : Dash.ShortDash,
            kind.Aligned ? 2 : 1.4,
            hollow: !kind.Aligned
        );
}

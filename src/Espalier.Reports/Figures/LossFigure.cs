using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;
using Espalier.Training;

namespace Espalier.Reports.Figures;

/// <summary>Loss on training and test images as training goes on, mean over seeds.</summary>
internal static class LossFigure
{
    private const double Highest = 4;

    /// <summary>Two panels a sparsity, at the earliest rewind epoch; null without curves.</summary>
    public static Figure? Of(RunView view, string model)
    {
        TrainingCurve[] sparse =
        [
            .. view.Results.Curves.Where(c => c.Model == model && c.RewindEpoch is not null && c.Sparsity > 0 && c.Epochs.Count > 0),
        ];
        if (sparse.Length == 0)
            return null;
        int? first = sparse.Min(curve => curve.RewindEpoch),
            match = sparse.Max(curve => curve.MatchEpoch);
        sparse = [.. sparse.Where(curve => curve.RewindEpoch == first && (curve.MatchEpoch ?? match) == match)];
        IReadOnlyList<string> methods = view.Methods.Sort(sparse.Select(curve => curve.Method));
        Panel[] panels =
        [
            .. from sparsity in sparse.Select(curve => curve.Sparsity).Distinct().Order()
            let here = sparse.Where(curve => curve.Sparsity == sparsity).ToArray()
            from panel in new[]
            {
                Panel($"training images, sparsity {Numbers.Percent(sparsity)}", here, epoch => epoch.TrainLoss),
                Panel($"test images, sparsity {Numbers.Percent(sparsity)}", here, epoch => epoch.TestLoss),
            }
            select panel,
        ];
        return PanelGrid
            .For(2, 170)
            .Draw(
                $"loss-curves-{view.Slug(model)}",
                $"Loss as training goes on: {model} on {view.Run.DataSet}",
                Numbers.Invariant($"Mean cross-entropy after each epoch, {view.OverSeeds}, k = {first}: of the images as they were ")
                    + "trained on, and of the test images. Each panel has its own scale; what is far above the end is cut off.",
                panels,
                [.. methods.Select(method => MethodStyle.Of(method, methods, view.Methods))]
            );

        Panel Panel(string title, TrainingCurve[] curves, Func<EpochMetrics, double?> loss)
        {
            Series[] lines =
            [
                .. from method in methods
                let points = MeanCurve.Of(curves.Where(curve => curve.Method == method), loss)
                where points.Count > 0
                select new Series(
                    MethodStyle.Of(method, methods, view.Methods),
                    [
                        .. points.Select(point => new Datum(
                            point.Epoch,
                            point.Mean,
                            Tip: Numbers.Invariant($"{view.Methods.Label(method)}, epoch {point.Epoch}: {Numbers.Fixed(point.Mean, 3)}")
                        )),
                    ],
                    Every: Math.Max(1, points.Count / 5)
                ),
            ];
            double[] values = [.. lines.SelectMany(line => line.Data).Select(d => d.Y).Where(double.IsFinite)];
            double most = Highest * lines.Select(line => line.Data[^1].Y).Where(double.IsFinite).DefaultIfEmpty(1).Max();
            return new Panel(
                title,
                Axis.Covering("epoch of training", [.. lines.SelectMany(line => line.Data).Select(d => d.X), 0], 5, floor: 0),
                Axis.Covering("loss", [.. values.Where(value => value <= most), 0], 5, floor: 0),
                [.. lines.Select(line => line with { Data = [.. line.Data.Where(d => d.Y <= most)] }).Reverse()]
            );
        }
    }
}

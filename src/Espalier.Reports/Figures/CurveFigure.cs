using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>Test accuracy as training goes on, mean over seeds.</summary>
internal static class CurveFigure
{
    private const int Columns = 3,
        MarkersPerLine = 5;
    private const double Rise = 0.15,
        TopShare = 0.35;

    /// <summary>One row of panels a sparsity, one column for each of up to three rewind epochs; null without curves.</summary>
    public static Figure? Of(RunView view, string model)
    {
        TrainingCurve[] all =
        [
            .. view.Results.Curves.Where(curve => curve.Model == model && curve.Epochs.Any(e => e.TestAccuracyPercent is not null)),
        ];
        TrainingCurve[] sparse = [.. all.Where(curve => curve.RewindEpoch is not null && curve.Sparsity > 0)];
        if (sparse.Length == 0)
            return null;
        int? match = sparse.Max(curve => curve.MatchEpoch);
        int[] epochs = [.. sparse.Select(curve => curve.RewindEpoch!.Value).Distinct().Order()];
        int[] shown = epochs.Length <= Columns ? epochs : [epochs[0], epochs[epochs.Length / 2], epochs[^1]];
        IReadOnlyList<string> methods = view.Methods.Sort(sparse.Select(curve => curve.Method));
        Datum[] dense = Mean(all.Where(curve => curve.RewindEpoch is null && MethodNames.IsDense(curve.Method)));
        Panel[] panels =
        [
            .. from sparsity in sparse.Select(curve => curve.Sparsity).Distinct().Order()
            from k in shown
            select Panel(
                view.Methods,
                Numbers.Invariant($"sparsity {Numbers.Percent(sparsity)}, k = {k}"),
                methods,
                method =>
                    Mean(
                        sparse.Where(c =>
                            c.Method == method && c.Sparsity == sparsity && c.RewindEpoch == k && (c.MatchEpoch ?? match) == match
                        )
                    ),
                dense
            ),
        ];
        string omitted =
            shown.Length < epochs.Length ? $"Of {epochs.Length} rewind epochs the first, a middle and the last are shown. " : "";
        Style[] keys =
        [
            .. methods.Select(method => MethodStyle.Of(method, methods, view.Methods)),
            .. dense.Length > 0 ? new[] { Style.Dense } : [],
        ];
        var grid = shown.Length == 1 ? PanelGrid.For(panels.Length, 170) : new PanelGrid(shown.Length, 170);
        return grid.Draw(
            $"training-curves-{view.Slug(model)}",
            $"Training curves: {model} on {view.Run.DataSet}",
            $"Test accuracy after each epoch, {view.OverSeeds}. {omitted}The lower part of the first epochs is cut off; each "
                + $"panel has its own scale.",
            panels,
            keys
        );
    }

    private static Panel Panel(RunMethods names, string title, IReadOnlyList<string> methods, Func<string, Datum[]> curve, Datum[] dense)
    {
        Series[] series =
        [
            .. methods
                .Select((method, i) => (Method: method, Data: curve(method), Index: i))
                .Where(c => c.Data.Length > 0)
                .Select(c => Line(names, c.Method, methods, c.Data, c.Index)),
        ];
        Datum[][] lines = [.. series.Select(s => s.Data.ToArray()), .. dense.Length > 0 ? new[] { dense } : []];
        double top = lines.SelectMany(line => line).Select(d => d.Y).DefaultIfEmpty(1).Max(),
            bottom = Bottom(lines, top);
        Axis axis = Axis.Covering("test accuracy, %", [bottom, top]) with { Min = bottom };
        Mark[] marks = dense.Length > 0 ? [new Series(Style.Dense, dense, Every: 0)] : [];
        return new Panel(
            title,
            Axis.Covering("epoch of training", [.. lines.SelectMany(line => line).Select(d => d.X), 0], 5, floor: 0),
            axis with
            {
                Ticks = [.. axis.Ticks.Where(tick => tick.At >= bottom)],
            },
            [.. marks, .. series.Reverse()]
        );
    }

    /// <summary>The lowest of what the lines reach after a few epochs, so that their ends can be told apart.</summary>
    private static double Bottom(Datum[][] lines, double top)
    {
        double reached = lines
            .Select(line => line.Skip((int)(line.Length * Rise)).Select(d => d.Y).DefaultIfEmpty(top).Min())
            .DefaultIfEmpty(0)
            .Min();
        double ends = lines.Where(line => line.Length > 0).Select(line => line[^1].Y).DefaultIfEmpty(0).Min();
        double low = Math.Min(ends - TopShare * (top - ends), Math.Max(reached, ends - 3 * (top - ends) - 1));
        return Math.Max(0, Math.Min(low, top - 1));
    }

    private static Series Line(RunMethods names, string method, IReadOnlyList<string> methods, Datum[] data, int index)
    {
        int every = Math.Max(1, data.Length / MarkersPerLine);
        Style style = MethodStyle.Of(method, methods, names);
        return new Series(
            style with
            {
                Width = style.Width * 0.8,
            },
            data,
            Every: every,
            Offset: (every - 1) * (index + 1) / (methods.Count + 1)
        );
    }

    /// <summary>Mean over seeds.</summary>
    private static Datum[] Mean(IEnumerable<TrainingCurve> curves) =>
        [.. MeanCurve.Of(curves).Select(point => new Datum(point.Epoch, point.Mean))];
}

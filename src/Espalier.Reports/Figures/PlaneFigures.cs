using System.Text;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Charts;
using Espalier.Reports.Drawing;

namespace Espalier.Reports.Figures;

/// <summary>The plane through three networks (figure 4b): 0-1 error and loss on test images.</summary>
internal static class PlaneFigures
{
    private const double Across = 480,
        Lowest = 240,
        Highest = 520;
    private static readonly MarkerShape[] s_markers = [MarkerShape.Circle, MarkerShape.Square, MarkerShape.Triangle];
    private static readonly Paint[] s_paints = [Paint.Orange, Paint.Vermillion, Paint.Purple];

    /// <summary>Two figures a plane; none before two of its rows are there.</summary>
    public static IReadOnlyList<Figure> Of(RunView view, string model) =>
        [
            .. view
                .Results.Studies.Planes.Where(plane => plane.Model == model && plane.Y.Count > 1)
                .SelectMany(plane => new[] { Error(view, plane), Loss(view, plane) }),
        ];

    private static Figure Error(RunView view, PlaneResult plane)
    {
        double[] values = Finite(plane.ErrorPercent);
        (double low, double high) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        double[] levels = [.. Enumerable.Range(1, Palette.Levels.Count - 1).Select(i => low + (high - low) * i / Palette.Levels.Count)];
        return Draw(view, plane, "error", "0-1 error, %", plane.ErrorPercent, levels, value => Numbers.Fixed(value, 1));
    }

    /// <summary>Bands of equal ratio: away from the networks the loss grows by powers.</summary>
    private static Figure Loss(RunView view, PlaneResult plane)
    {
        double[] values = [.. Finite(plane.Loss).Where(value => value > 0)];
        (double low, double high) = values.Length == 0 ? (1, 2) : (values.Min(), values.Max());
        double[] levels =
        [
            .. Enumerable.Range(1, Palette.Levels.Count - 1).Select(i => low * Math.Pow(high / low, (double)i / Palette.Levels.Count)),
        ];
        return Draw(view, plane, "loss", "loss", plane.Loss, levels, value => Numbers.Fixed(value, value < 1 ? 3 : 2));
    }

    private static Figure Draw(
        RunView view,
        PlaneResult plane,
        string kind,
        string what,
        IReadOnlyList<IReadOnlyList<double?>> values,
        double[] levels,
        Func<double, string> text
    )
    {
        double extentX = plane.X[^1] - plane.X[0],
            extentY = plane.Y[^1] - plane.Y[0];
        var panel = new Panel(
            "",
            Axis.Covering("along the first two, in units of the weights", plane.X) with
            {
                Min = plane.X[0],
                Max = plane.X[^1],
            },
            Axis.Covering("across", plane.Y) with
            {
                Min = plane.Y[0],
                Max = plane.Y[^1],
            },
            [
                .. Contours.Fill(plane.X, plane.Y, values, levels, Palette.Levels),
                .. plane.Points.Select((point, i) => Place(plane, i)).Where((_, i) => plane.Points[i].Y <= plane.Y[^1]),
            ]
        );
        panel = panel with { X = Inside(panel.X), Y = Inside(panel.Y) };
        int holes = values.Sum(row => row.Count(value => value is null));
        string id = Numbers.Invariant(
            $"plane-{kind}-{view.Slug(plane.Model)}-{Numbers.Raw((plane.Sparsity ?? 0) * 100).Replace('.', '-')}"
                + $"-{plane.RewindEpoch ?? 0}-{plane.Seed}"
        );
        return new PanelGrid(1, Math.Clamp(Across * extentY / extentX, Lowest, Highest), PanelGrid.HalfWidth) { KeepsShape = true }.Draw(
            id,
            Numbers.Invariant($"The plane through three networks, {what}: {plane.Model} on {view.Run.DataSet}")
                + (plane.Sparsity is { } sparsity ? Numbers.Invariant($", {Numbers.Percent(sparsity)}, k = {plane.RewindEpoch}") : ""),
            $"{char.ToUpperInvariant(what[0])}{what[1..]} on test images over the plane through "
                + $"{string.Join(", ", plane.Names)}; batch-norm statistics are computed anew at every point. Distances: "
                + $"{plane.Names[0]} to {plane.Names[1]} {Numbers.Fixed(plane.Distances[0], 1)}, {plane.Names[0]} to {plane.Names[2]} "
                + $"{Numbers.Fixed(plane.Distances[1], 1)}, {plane.Names[1]} to {plane.Names[2]} {Numbers.Fixed(plane.Distances[2], 1)}."
                + (holes > 0 ? $" {Counted.Of(holes, "point, left empty, is", "points, left empty, are")} not finite." : "")
                + (plane.Y.Count < plane.Rows ? Numbers.Invariant($" {plane.Y.Count} of {plane.Rows} rows are there.") : ""),
            [panel],
            [.. plane.Names.Select((name, i) => Look(name, i))],
            legendLines: false,
            new ColourBar(what, Palette.Levels, [.. levels.Select(text)])
        ) with
        {
            Data = Lines(plane, values),
        };
    }

    private static string Lines(PlaneResult plane, IReadOnlyList<IReadOnlyList<double?>> values)
    {
        var csv = new StringBuilder("x,y,value\n");
        for (int row = 0; row < plane.Y.Count; row++)
        for (int column = 0; column < plane.X.Count; column++)
            Csv.Line(
                csv,
                [Numbers.Raw(plane.X[column]), Numbers.Raw(plane.Y[row]), values[row][column] is { } value ? Numbers.Raw(value) : ""]
            );
        return csv.ToString();
    }

    private static Axis Inside(Axis axis) =>
        axis with
        {
            Ticks = [.. axis.Ticks.Where(tick => tick.At >= axis.Min && tick.At <= axis.Max)],
        };

    private static Series Place(PlaneResult plane, int i) =>
        new(Look(plane.Names[i], i), [new Datum(plane.Points[i].X, plane.Points[i].Y, Tip: plane.Names[i])], Joined: false);

    private static Style Look(string name, int i) =>
        new(name, s_paints[i % s_paints.Length], s_markers[i % s_markers.Length], Dash.Solid) { IsLarge = true };

    private static double[] Finite(IReadOnlyList<IReadOnlyList<double?>> values) =>
        [.. values.SelectMany(row => row).OfType<double>().Where(double.IsFinite)];
}

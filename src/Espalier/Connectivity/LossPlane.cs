using Espalier.Data;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>A point of the plane, in the units of the weights.</summary>
/// <param name="X">Along θ₂ − θ₁.</param>
/// <param name="Y">Across.</param>
public readonly record struct PlanePoint(double X, double Y);

/// <summary>The grid over a plane: rows from the lowest y, columns from the lowest x.</summary>
/// <param name="X">Of each column.</param>
/// <param name="Y">Of each row.</param>
public sealed record PlaneGrid(IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>One row of the grid.</summary>
/// <param name="Row">Its index in <see cref="PlaneGrid.Y"/>.</param>
/// <param name="Loss">Mean cross-entropy of each column; null, a hole, where it is not finite.</param>
/// <param name="ErrorPercent">0-1 error of each column; null likewise.</param>
public sealed record PlaneRow(int Row, IReadOnlyList<double?> Loss, IReadOnlyList<double?> ErrorPercent);

/// <summary>
/// The plane through three networks (figure 4b; Garipov et al. 2018): û along θ₂ − θ₁, v̂ across it by Gram-Schmidt, θ₁ at the
/// origin. For sparse networks give effective weights. Batch-norm statistics are computed anew at every point.
/// </summary>
/// <remarks>
/// Rows are independent of each other and of the order in which they are asked for, so that they can run side by side and resume.
/// </remarks>
public sealed class LossPlane
{
    /// <summary>Columns, and rows, of a plane unless asked for otherwise.</summary>
    public const int UsualPoints = 25;

    /// <summary>Margin around the three networks unless asked for otherwise, as a share of their extent.</summary>
    public const double UsualMargin = 0.2;

    private readonly WeightSet _first,
        _second,
        _third;
    private readonly StatisticsImages? _images;

    /// <summary>Measures the plane.</summary>
    /// <param name="first">θ₁, the origin.</param>
    /// <param name="second">θ₂, on the x axis.</param>
    /// <param name="third">θ₃, above it.</param>
    /// <param name="images">For batch-norm statistics; null for networks without.</param>
    /// <exception cref="InputException">The graphs differ, the points lie on one line, weights are not finite, or images are
    /// missing.</exception>
    public LossPlane(WeightSet first, WeightSet second, WeightSet third, StatisticsImages? images = null)
    {
        first.Layout.MustFit(second.Layout, "second network");
        first.Layout.MustFit(third.Layout, "third network");
        if (!first.IsFinite() || !second.IsFinite() || !third.IsFinite())
            throw new InputException("A network of the plane holds values that are not finite.");
        if (images is null && first.Network.Buffers.Count > 0)
            throw new InputException("Batch-norm statistics on the plane are computed anew; expected images to compute them on.");
        (_first, _second, _third, _images) = (first, second, third, images);
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        Tensor origin = first.Values.to(ScalarType.Float64),
            u = second.Values.to(ScalarType.Float64).Minus(origin),
            w = third.Values.to(ScalarType.Float64).Minus(origin);
        double length = Length(u),
            along = length == 0 ? 0 : HostRead.Item<double>((u * w).sum()) / length,
            across = length == 0 ? 0 : Length(w.Minus(u.Times(along / length)));
        if (length == 0 || across <= 1e-6 * Math.Max(length, Length(w)))
            throw new InputException("The three networks lie on one line; a plane needs three that do not.");
        Points = [new PlanePoint(0, 0), new PlanePoint(length, 0), new PlanePoint(along, across)];
        Distances = [length, Length(w), Length(w.Minus(u))];
    }

    /// <summary>Where the three networks lie.</summary>
    public IReadOnlyList<PlanePoint> Points { get; }

    /// <summary>‖θ₂ − θ₁‖, ‖θ₃ − θ₁‖, ‖θ₃ − θ₂‖.</summary>
    public IReadOnlyList<double> Distances { get; }

    /// <summary>An even grid over the three points and a margin around them.</summary>
    /// <param name="columns">At least 2.</param>
    /// <param name="rows">At least 2.</param>
    /// <param name="margin">On every side, as a share of the points' extent; at least 0.</param>
    /// <exception cref="InputException">Impossible sizes.</exception>
    public PlaneGrid Grid(int columns = UsualPoints, int rows = UsualPoints, double margin = UsualMargin)
    {
        if (columns < 2 || rows < 2 || margin is not (>= 0 and < 100))
            throw new InputException(
                $"A grid of {columns} x {rows} with a margin of {margin} is impossible; expected at least 2 x 2 and a margin of at least 0."
            );
        return new PlaneGrid(Along(columns, margin, point => point.X), Along(rows, margin, point => point.Y));
    }

    /// <summary>The network at a point; the caller disposes it.</summary>
    public WeightSet At(PlanePoint point)
    {
        using WeightSet at = At(point, (_first, _second, _third));
        return at.ToHost();
    }

    /// <summary>The same where the three networks are given, and statistics where their images are.</summary>
    private WeightSet At(PlanePoint point, (WeightSet First, WeightSet Second, WeightSet Third) given)
    {
        double third = point.Y / Points[2].Y,
            second = (point.X - third * Points[2].X) / Points[1].X;
        WeightSet plain = new(_first.Layout, Combined(weights => weights.Values), Combined(weights => weights.Statistics));
        if (_images is null)
            return plain;
        using (plain)
            return BatchNormReset.RunOn(plain, _images);

        Tensor Combined(Func<WeightSet, Tensor> part)
        {
            using var scope = NewDisposeScope();
            Tensor a = part(given.First).to(ScalarType.Float64);
            return a.Plus(part(given.Second).Minus(a).Times(second))
                .Plus(part(given.Third).Minus(a).Times(third))
                .to(ScalarType.Float32)
                .MoveToOuterDisposeScope();
        }
    }

    /// <summary>Evaluates one row.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="row">Which row.</param>
    /// <param name="images">Plain images to evaluate on.</param>
    /// <param name="cancel">Stops between points.</param>
    public PlaneRow Row(PlaneGrid grid, int row, BatchSource images, CancellationToken cancel = default)
    {
        var results = new List<Evaluation?>();
        using WeightSet first = _first.On(images.Device),
            second = _second.On(images.Device),
            third = _third.On(images.Device);
        foreach (double x in grid.X)
        {
            cancel.ThrowIfCancellationRequested();
            using WeightSet weights = At(new PlanePoint(x, grid.Y[row]), (first, second, third));
            Evaluation found = Evaluation.Of(weights, images, cancel: cancel);
            results.Add(double.IsFinite(found.Loss) ? found : null);
        }
        return new PlaneRow(row, [.. results.Select(result => result?.Loss)], [.. results.Select(result => 100 - result?.AccuracyPercent)]);
    }

    private static double Length(Tensor values) => HostRead.Item<double>(values.norm());

    private double[] Along(int count, double margin, Func<PlanePoint, double> coordinate)
    {
        double low = Points.Min(coordinate),
            high = Points.Max(coordinate),
            extent = high - low;
        return [.. Enumerable.Range(0, count).Select(i => low - margin * extent + (1 + 2 * margin) * extent * i / (count - 1))];
    }
}

namespace Espalier.Connectivity;

/// <summary>The network at one α.</summary>
/// <param name="Alpha">In [0, 1].</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="ErrorPercent">Share of images classified wrongly.</param>
public readonly record struct CurvePoint(double Alpha, double Loss, double ErrorPercent);

/// <summary>Loss and error between two networks.</summary>
/// <param name="Points">By ascending α, from 0 to 1.</param>
public sealed record InterpolationCurve(IReadOnlyList<CurvePoint> Points)
{
    /// <summary>Index of the point that lies highest in loss above the line between the ends.</summary>
    public int LossPeak => Peak(point => point.Loss);

    /// <summary>Index of the point that lies highest in error above the line between the ends.</summary>
    public int ErrorPeak => Peak(point => point.ErrorPercent);

    /// <summary>
    /// How far a point's value lies above the line between the ends: value(α) − ((1 − α)·value(0) + α·value(1)).
    /// </summary>
    public double Above(CurvePoint point, Func<CurvePoint, double> value) =>
        value(point) - ((1 - point.Alpha) * value(Points[0]) + point.Alpha * value(Points[^1]));

    private int Peak(Func<CurvePoint, double> value) => Enumerable.Range(0, Points.Count).MaxBy(i => Above(Points[i], value));
}

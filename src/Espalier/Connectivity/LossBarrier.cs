namespace Espalier.Connectivity;

/// <summary>
/// The barrier between two networks (equation 3): sup over the α evaluated of
/// L((1 − α)·θ₁ + α·θ₂) − ((1 − α)·L(θ₁) + α·L(θ₂)).
/// </summary>
/// <param name="Loss">Of the loss, nats; never negative, as the ends give 0.</param>
/// <param name="LossAlpha">Where.</param>
/// <param name="ErrorPercent">Of the 0-1 error, percentage points.</param>
/// <param name="ErrorAlpha">Where.</param>
/// <param name="MiddleLoss">At α = ½; negative where the middle is better than its ends.</param>
/// <param name="MiddleErrorPercent">At α = ½.</param>
public sealed record LossBarrier(
    double Loss,
    double LossAlpha,
    double ErrorPercent,
    double ErrorAlpha,
    double MiddleLoss,
    double MiddleErrorPercent
)
{
    /// <summary>Reads it off a curve.</summary>
    /// <exception cref="InputException">The curve lacks an end or the middle.</exception>
    public static LossBarrier Of(InterpolationCurve curve)
    {
        if (
            curve.Points.Count < 2
            || curve.Points[0].Alpha != 0
            || curve.Points[^1].Alpha != 1
            || curve.Points.All(point => point.Alpha != 0.5)
        )
            throw new InputException(
                $"A curve of {Counted.Of(curve.Points.Count, "point")} without α = 0, ½ and 1 gives no barrier; expected all three."
            );
        CurvePoint loss = curve.Points[curve.LossPeak],
            error = curve.Points[curve.ErrorPeak],
            middle = curve.Points.First(point => point.Alpha == 0.5);
        return new LossBarrier(
            curve.Above(loss, point => point.Loss),
            loss.Alpha,
            curve.Above(error, point => point.ErrorPercent),
            error.Alpha,
            curve.Above(middle, point => point.Loss),
            curve.Above(middle, point => point.ErrorPercent)
        );
    }
}

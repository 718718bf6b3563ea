using Espalier.Connectivity;

namespace Espalier.Lab.Findings;

/// <summary>Loss and error on the linear path between two networks (equation 3).</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Study"><c>barrier</c>, from A to B, or <c>pruning-barrier</c>, from dense A to pruned A.</param>
/// <param name="Aligned">Whether A was moved by π.</param>
/// <param name="Correction">Against variance collapse.</param>
/// <param name="Round">Round of pruning, from 1; 0 where nothing is pruned.</param>
/// <param name="Sparsity">Of the pruned end.</param>
/// <param name="Train">On training images as they are.</param>
/// <param name="Test">On test images.</param>
public sealed record BarrierResult(
    string Model,
    long Seed,
    string Study,
    bool Aligned,
    Correction Correction,
    int Round,
    double Sparsity,
    BarrierCurve Train,
    BarrierCurve Test
);

/// <summary>One path and its barrier.</summary>
/// <param name="Barrier">Read off the points.</param>
/// <param name="Points">By ascending α.</param>
public sealed record BarrierCurve(LossBarrier Barrier, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>Of a curve.</summary>
    public static BarrierCurve Of(InterpolationCurve curve) => new(LossBarrier.Of(curve), curve.Points);
}

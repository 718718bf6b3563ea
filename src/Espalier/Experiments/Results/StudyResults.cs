using Espalier.Connectivity;

namespace Espalier.Experiments.Results;

/// <summary>What was measured between and beyond trained networks.</summary>
/// <param name="Barriers">Curves between two networks.</param>
/// <param name="Planes">Planes through three.</param>
/// <param name="Ensembles">Several networks of one method, together.</param>
public sealed record StudyResults(IReadOnlyList<BarrierResult> Barriers, IReadOnlyList<PlaneResult> Planes, IReadOnlyList<EnsembleResult> Ensembles)
{
    /// <summary>Nothing.</summary>
    public static StudyResults None { get; } = new([], [], []);
}

/// <summary>Loss and error on the straight way between two networks (equation 3).</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Study"><c>barrier</c>, from A to B, or <c>pruning-barrier</c>, from dense A to pruned A.</param>
/// <param name="Aligned">Whether A was moved by π.</param>
/// <param name="Correction">Against variance collapse.</param>
/// <param name="Round">Round of pruning, from 1; 0 where nothing is pruned.</param>
/// <param name="Sparsity">Of the pruned end.</param>
/// <param name="Train">On training images as they are.</param>
/// <param name="Test">On test images.</param>
public sealed record BarrierResult(string Model, long Seed, string Study, bool Aligned, Correction Correction, int Round, double Sparsity, MeasuredWay Train, MeasuredWay Test);

/// <summary>One way and its barrier.</summary>
/// <param name="Barrier">Read off the points.</param>
/// <param name="Points">By ascending α.</param>
public sealed record MeasuredWay(LossBarrier Barrier, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>Of a curve.</summary>
    public static MeasuredWay Of(InterpolationCurve curve) => new(LossBarrier.Of(curve), curve.Points);
}

/// <summary>Loss and 0-1 error over the plane through three networks, on test images.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Sparsity">S of the sparse ones.</param>
/// <param name="RewindEpoch">k of the sparse ones.</param>
/// <param name="Names">What the three are.</param>
/// <param name="Points">Where they lie.</param>
/// <param name="Distances">First to second, first to third, second to third.</param>
/// <param name="X">Of each column, ascending.</param>
/// <param name="Y">Of each row measured so far, ascending.</param>
/// <param name="Loss">By row and column; null, a hole, where it is not finite.</param>
/// <param name="ErrorPercent">Likewise.</param>
/// <param name="Rows">Rows in all.</param>
public sealed record PlaneResult(string Model, long Seed, double Sparsity, int RewindEpoch, IReadOnlyList<string> Names, IReadOnlyList<PlanePoint> Points, IReadOnlyList<double> Distances,
    IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<IReadOnlyList<double?>> Loss, IReadOnlyList<IReadOnlyList<double?>> ErrorPercent, int Rows);

/// <summary>A line of table 1.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MemberAccuraciesPercent">Test accuracy of each member.</param>
/// <param name="AccuracyPercent">Of the mean of their probabilities.</param>
/// <param name="Disagreement">Share of images that two members classify differently, mean over pairs.</param>
/// <param name="KullbackLeibler">Mean over ordered pairs, nats.</param>
/// <param name="JensenShannon">Mean over pairs, nats.</param>
/// <param name="NegativeLogLikelihood">Of the ensemble, nats.</param>
/// <param name="MemberNegativeLogLikelihood">Mean of the members.</param>
/// <param name="CalibrationError">Of the ensemble.</param>
/// <param name="MemberCalibrationError">Mean of the members.</param>
/// <param name="UniformSoupPercent">Test accuracy of the mean of their aligned weights; null where they are not aligned.</param>
/// <param name="GreedySoupPercent">Likewise, of the members that greed takes.</param>
/// <param name="GreedySoupMembers">How many it takes.</param>
public sealed record EnsembleResult(string Model, string Method, double Sparsity, int? RewindEpoch, IReadOnlyList<double> MemberAccuraciesPercent, double AccuracyPercent,
    double Disagreement, double KullbackLeibler, double JensenShannon, double NegativeLogLikelihood, double MemberNegativeLogLikelihood, double CalibrationError, double MemberCalibrationError,
    double? UniformSoupPercent, double? GreedySoupPercent, int? GreedySoupMembers);

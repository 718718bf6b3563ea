using Espalier.Connectivity;
using Espalier.Lab.Engine;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Loss and error on the linear path between two networks, and its barrier (equation 3).</summary>
/// <param name="first">θ₁, at α = 0.</param>
/// <param name="second">θ₂, at α = 1.</param>
/// <param name="correction">What is done against variance collapse.</param>
/// <param name="study">Points and images.</param>
public sealed class BarrierStage(StageNetwork first, StageNetwork second, Correction correction, StudyOptions study)
    : Stage(StageNetwork.InputsOf(first, second))
{
    /// <summary>Its file of both curves.</summary>
    public const string CurveName = BarrierWork.CurveName;

    /// <inheritdoc/>
    public override string Kind => "barrier";

    /// <inheritdoc/>
    public override string Title =>
        $"barrier {first.Stage.Title}{(first.Match is null ? "" : " moved")} to {second.Stage.Title}, "
        + $"{correction.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            First = first.Options,
            Second = second.Options,
            Correction = correction,
            study.Curves.Points,
            study.Curves.Refinements,
            study.StatisticsImages,
            study.Images,
            ReestimateEnds = study.Curve(correction).ReestimateEnds ? true : (bool?)null, // what was measured without it keeps its name
        };

    /// <inheritdoc/>
    public override double Flops =>
        (study.Curves.Points + 1 + 2 * study.Curves.Refinements)
        * first.Network.Model.FlopsPerImage
        / 3
        * StudyImages.Passes(first.Network.Data, study, train: true);

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using var images = StudyImages.Of(run, first.Network, study);
        using WeightSet start = first.Read(run),
            end = second.Read(run);
        MeasuredCurves curves = new BarrierWork(start, end, correction, images, study).Run(
            run.Folder,
            new Relay<double>(share => run.Report(share)),
            run.Cancel
        );
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string set, InterpolationCurve curve) in new[] { ("train", curves.Train), ("test", curves.Test) })
        {
            LossBarrier barrier = LossBarrier.Of(curve);
            numbers[$"{set}_loss_barrier"] = barrier.Loss;
            numbers[$"{set}_error_barrier_percent"] = barrier.ErrorPercent;
            numbers[$"{set}_loss_barrier_middle"] = barrier.MiddleLoss;
            numbers[$"{set}_error_barrier_middle_percent"] = barrier.MiddleErrorPercent;
        }
        return new StageResult(numbers);
    }
}

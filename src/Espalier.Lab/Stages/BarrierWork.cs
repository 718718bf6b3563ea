using Espalier.Connectivity;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Measures the linear path between two networks in a folder, or goes on there with the points it lacks: what a grid's stage does with
/// networks of the store, and a command with networks given as files.
/// </summary>
/// <param name="first">θ₁, at α = 0.</param>
/// <param name="second">θ₂, at α = 1.</param>
/// <param name="correction">What is done against variance collapse.</param>
/// <param name="images">To evaluate and to correct on.</param>
/// <param name="study">Points.</param>
public sealed class BarrierWork(WeightSet first, WeightSet second, Correction correction, StudyImages images, StudyOptions study)
{
    /// <summary>Its file of both curves; where it is, the work is done.</summary>
    public const string CurveName = "curve.json";

    private const string PointsName = "points.jsonl";

    /// <summary>Measures what is not measured yet.</summary>
    /// <param name="folder">Where points are kept until both curves are, of this very path; null to keep nothing.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancel">Stops between points.</param>
    /// <exception cref="InputException">The graphs differ, a loss is not finite, or the folder cannot be used.</exception>
    public MeasuredCurves Run(string? folder, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        string? file = folder is null ? null : Path.Combine(folder, CurveName);
        if (File.Exists(file))
            return CurveFile.Read(file);
        PointLog? log = folder is null ? null : new PointLog(Path.Combine(folder, PointsName));
        IReadOnlyList<InterpolationCurve> curves = new Interpolation(first, second, study.Curve(correction), images.Statistics).Run(
            [images.Train, images.Test],
            progress,
            log,
            cancel
        );
        var measured = new MeasuredCurves(curves[0], curves[1]);
        if (file is not null)
            CurveFile.Write(file, measured);
        log?.Delete();
        return measured;
    }
}

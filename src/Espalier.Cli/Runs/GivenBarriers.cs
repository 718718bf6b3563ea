using System.Globalization;
using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Weights;

namespace Espalier.Cli.Runs;

/// <summary>Barriers between networks given as files, which are of no seed, round or sparsity of a grid, one after another.</summary>
/// <param name="images">To evaluate and to correct on.</param>
/// <param name="options">Points.</param>
/// <param name="line">Shows how far all of them are.</param>
/// <param name="count">How many there will be.</param>
internal sealed class GivenBarriers(StudyImages images, StudyOptions options, ProgressLine line, int count)
{
    private readonly List<BarrierResult> _results = [];

    /// <summary>In the order of their measurement.</summary>
    public IReadOnlyList<BarrierResult> Results => _results;

    /// <summary>Measures the next one, or what is missing of it in its folder.</summary>
    /// <param name="first">θ₁, at α = 0.</param>
    /// <param name="second">θ₂, at α = 1.</param>
    /// <param name="aligned">Whether a permutation has moved one of them.</param>
    /// <param name="correction">What is done against variance collapse.</param>
    /// <param name="name">Shown while it is measured.</param>
    /// <param name="folder">Keeps its points and curves; null to keep nothing.</param>
    /// <param name="cancel">Stops between points.</param>
    public void Measure(
        WeightSet first,
        WeightSet second,
        bool aligned,
        Correction correction,
        string name,
        string? folder,
        CancellationToken cancel
    )
    {
        var progress = new Relay<double>(share => line.Show((_results.Count + share) / count, name));
        MeasuredCurves curves = new BarrierWork(first, second, correction, images, options).Run(folder, progress, cancel);
        _results.Add(
            new BarrierResult(
                first.Network.Name,
                0,
                Study.Barrier.Name(),
                aligned,
                correction,
                0,
                0,
                BarrierCurve.Of(curves.Train),
                BarrierCurve.Of(curves.Test)
            )
        );
    }

    /// <summary>Options that decide a barrier, as a folder's origin and a report name them.</summary>
    public static KeyValuePair<string, string>[] Settings(StudyOptions options) =>
        [
            new("points", options.Curves.Points.ToString(CultureInfo.InvariantCulture)),
            new("refinements", options.Curves.Refinements.ToString(CultureInfo.InvariantCulture)),
            new("statistics_images", options.StatisticsImages.ToString(CultureInfo.InvariantCulture)),
            new("images", options.Images?.ToString(CultureInfo.InvariantCulture) ?? "all"),
        ];
}

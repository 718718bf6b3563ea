using Espalier.Connectivity;
using Espalier.Lab.Engine;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// One row of the plane through three networks (figure 4b), on test images. Rows are stages of their own, so that they run side by side and
/// resume.
/// </summary>
/// <param name="networks">Three: the origin, the x axis, and the one above.</param>
/// <param name="row">From 0, the lowest.</param>
/// <param name="study">Points and images.</param>
public sealed class PlaneRowStage(IReadOnlyList<StageNetwork> networks, int row, StudyOptions study)
    : Stage(StageNetwork.InputsOf(networks))
{
    /// <summary>Its file of the row.</summary>
    public const string RowName = "row.json";

    /// <inheritdoc/>
    public override string Kind => "plane";

    /// <inheritdoc/>
    public override string Title =>
        $"plane row {row + 1} of {study.PlanePoints} through {string.Join(", ", networks.Select(network => network.Stage.Title))}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Networks = networks.Select(network => network.Options),
            Row = row,
            study.PlanePoints,
            study.PlaneMargin,
            study.StatisticsImages,
            study.Images,
        };

    /// <inheritdoc/>
    public override double Flops =>
        study.PlanePoints * networks[0].Network.Model.FlopsPerImage / 3 * StudyImages.Passes(networks[0].Network.Data, study, train: false);

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using var images = StudyImages.Of(run, networks[0].Network, study);
        using WeightSet first = networks[0].Read(run),
            second = networks[1].Read(run),
            third = networks[2].Read(run);
        PlaneRow found = new PlaneWork(first, second, third, images, study).Row(run[RowName], row, run.Cancel).Row;
        return new StageResult(
            new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["least_error_percent"] = found.ErrorPercent.Min() ?? double.NaN,
                ["holes"] = found.Loss.Count(loss => loss is null),
            }
        );
    }
}

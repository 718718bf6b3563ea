using Espalier.Connectivity;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Measures the plane through three networks row by row, each once: what a grid's stages do with networks of the store, and a command with
/// networks given as files.
/// </summary>
/// <param name="first">The origin.</param>
/// <param name="second">The x axis.</param>
/// <param name="third">The one above.</param>
/// <param name="images">To evaluate on, and to compute batch-norm statistics on.</param>
/// <param name="study">Points.</param>
public sealed class PlaneWork(WeightSet first, WeightSet second, WeightSet third, StudyImages images, StudyOptions study)
{
    private readonly LossPlane _plane = new(first, second, third, images.Statistics);

    /// <summary>Columns and rows.</summary>
    public PlaneGrid Grid => _plane.Grid(study.PlanePoints, study.PlanePoints, study.PlaneMargin);

    /// <summary>Measures a row into its file, or reads it there.</summary>
    /// <param name="file">Of this very row.</param>
    /// <param name="row">From 0, the lowest.</param>
    /// <param name="cancel">Stops between points.</param>
    /// <exception cref="InputException">The file cannot be used.</exception>
    public MeasuredRow Row(string file, int row, CancellationToken cancel = default)
    {
        if (File.Exists(file))
            return PlaneFile.Read(file);
        PlaneGrid grid = Grid;
        var measured = new MeasuredRow(_plane.Points, _plane.Distances, grid, _plane.Row(grid, row, images.Test, cancel));
        PlaneFile.Write(file, measured);
        return measured;
    }
}

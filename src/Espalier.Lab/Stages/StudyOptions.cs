using Espalier.Connectivity;

namespace Espalier.Lab.Stages;

/// <summary>How what lies between and beyond trained networks is measured.</summary>
/// <param name="Points">α of a curve, before refinement.</param>
/// <param name="Refinements">How often the steps beside the largest barrier are halved.</param>
/// <param name="StatisticsImages">Training images on which batch-norm and unit statistics are computed.</param>
/// <param name="Images">Images of each set that curves and planes are evaluated on, the first ones; null for all.</param>
/// <param name="PlanePoints">Columns and rows of a loss plane.</param>
/// <param name="PlaneMargin">Around the three points of a plane, as a share of their extent.</param>
public sealed record StudyOptions(int Points, int Refinements, int StatisticsImages, int? Images, int PlanePoints, double PlaneMargin)
{
    /// <summary>Whether REPAIR's ends get batch-norm statistics of the statistics images before their units are measured.</summary>
    public bool ReestimateEnds { get; init; }

    /// <summary>An interpolation's.</summary>
    public InterpolationOptions Curve(Correction correction) =>
        new()
        {
            Points = Points,
            Refinements = Refinements,
            Correction = correction,
            ReestimateEnds = ReestimateEnds && correction.MeasuresEnds(),
        };

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public StudyOptions Validated()
    {
        Curve(Correction.Reset).Validated();
        if (StatisticsImages < 2)
            throw new InputException($"Unit statistics on {Counted.Of(StatisticsImages, "image")} are impossible; expected at least 2.");
        if (Images is < 1)
            throw new InputException($"Curves and planes on {Counted.Of(Images.Value, "image")} are impossible; expected at least 1.");
        if (PlanePoints is < 2 or > 10_000)
            throw new InputException(
                $"A loss plane of {PlanePoints} x {Counted.Of(PlanePoints, "point")} is impossible; expected 2 to 10000."
            );
        return PlaneMargin is >= 0 and < 100
            ? this
            : throw new InputException(
                $"A loss plane with a margin of {PlaneMargin} is impossible; expected at least 0 and less than 100."
            );
    }
}

using Espalier.Connectivity;

namespace Espalier.Lab.Stages;

/// <summary>How what lies between and beyond trained networks is measured.</summary>
public sealed record StudyOptions
{
    /// <summary>Points of a curve between two networks; what corrects its networks is each curve's own.</summary>
    public InterpolationOptions Curves { get; init; } = new();

    /// <summary>Training images on which batch-norm and unit statistics are computed. Default 1,000.</summary>
    public int StatisticsImages { get; init; } = Connectivity.StatisticsImages.UsualCount;

    /// <summary>Images of each set that curves and planes are evaluated on, the first ones; null, the default, for all.</summary>
    public int? Images { get; init; }

    /// <summary>Columns, and rows, of a loss plane. Default 25.</summary>
    public int PlanePoints { get; init; } = LossPlane.UsualPoints;

    /// <summary>Margin around the three networks of a loss plane, as a share of their extent. Default 0.2.</summary>
    public double PlaneMargin { get; init; } = LossPlane.UsualMargin;

    /// <summary>An interpolation's.</summary>
    public InterpolationOptions Curve(Correction correction) =>
        Curves with
        {
            Correction = correction,
            ReestimateEnds = Curves.ReestimateEnds && correction.MeasuresEnds(),
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

namespace Espalier.Connectivity;

/// <summary>How the linear path between two networks is sampled.</summary>
public sealed record InterpolationOptions
{
    /// <summary>Evenly spaced α from 0 to 1, the ends included; at least 2. ½ is always added. Default 25.</summary>
    public int Points { get; init; } = 25;

    /// <summary>How often to halve the steps beside the largest barrier found so far; at least 0. Default 3.</summary>
    public int Refinements { get; init; } = 3;

    /// <summary>
    /// Against variance collapse. Default: batch-norm statistics are computed anew, at the ends too (<see cref="BatchNormReset"/>); to
    /// interpolate them like the weights is known to fail.
    /// </summary>
    public Correction Correction { get; init; } = Correction.Reset;

    /// <summary>
    /// Whether REPAIR's ends get batch-norm statistics of the statistics images before their units are measured, as in REPAIR's notebooks;
    /// so the curve begins and ends with networks reset as well. Default: no, the ends are what was trained.
    /// </summary>
    public bool ReestimateEnds { get; init; }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range, or two contradict each other.</exception>
    public InterpolationOptions Validated()
    {
        if (Points < 2)
            throw new InputException($"An interpolation of {Counted.Of(Points, "point")} is impossible; expected at least 2.");
        if (Refinements is < 0 or > 20)
            throw new InputException($"An interpolation with {Refinements} refinements is impossible; expected 0 to 20.");
        if (ReestimateEnds && !Correction.MeasuresEnds())
            throw new InputException("Ends measured for REPAIR without REPAIR mean nothing; expected REPAIR to be chosen too.");
        return this;
    }
}

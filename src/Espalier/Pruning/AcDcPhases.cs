namespace Espalier.Pruning;

/// <summary>
/// The phases of AC/DC as shares of a training's steps: a dense warm-up, compressed and decompressed phases of equal length in turn, and a
/// last compressed phase to the end. A compressed phase that would leave no full decompressed phase before the last one is skipped: the
/// decompressed phase before it goes on instead.
/// </summary>
/// <remarks>
/// The defaults are Peste et al.'s for ResNet50 on ImageNet: of 100 epochs ten dense, phases of five, dense from 75 to 85, sparse to the
/// end. Theirs for CIFAR-100 are 0.05, 0.1 and 0.85: of 200 epochs compressed from 10, 50, 90, 130 and 170. Boundaries are rounded to
/// steps, halves up; which phases there are does not depend on the number of steps.
/// </remarks>
public sealed record AcDcPhases
{
    private const double Tolerance = 1e-9; // shares such as 0.85 are not exact in binary

    /// <summary>Share of the dense warm-up, in (0, 1). Default 0.1.</summary>
    public double WarmUp { get; init; } = 0.1;

    /// <summary>Share of each phase, in (0, 1). Default 0.05.</summary>
    public double Phase { get; init; } = 0.05;

    /// <summary>Where the last compressed phase begins, in (0, 1). Default 0.85.</summary>
    public double Final { get; init; } = 0.85;

    /// <summary>Compressed phases before the last one, each with a full decompressed one after it.</summary>
    private double Pairs => Math.Floor((Final - WarmUp) / (2 * Phase) + Tolerance);

    /// <summary>Whether weights are compressed once a step is done.</summary>
    /// <param name="step">From 0, the start, to <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the training.</param>
    public bool IsCompressed(long step, long steps) => step >= Math.Floor(Final * steps + 0.5 + Tolerance) || Begun(step, steps) % 2 == 1;

    /// <summary>Whether the warm-up lasts once a step is done.</summary>
    /// <param name="step">From 0, the start, to <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the training.</param>
    public bool IsWarmUp(long step, long steps) => Begun(step, steps) == 0;

    /// <summary>Whether a phase ends with a step.</summary>
    /// <param name="step">From 1 to <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the training.</param>
    public bool IsDue(long step, long steps) => step > 0 && IsCompressed(step, steps) != IsCompressed(step - 1, steps);

    /// <summary>Refuses a training in which a phase has no step.</summary>
    /// <exception cref="InputException">It is too short.</exception>
    public void MustFit(long steps)
    {
        double shortest = Math.Min(Math.Min(WarmUp, Phase), 1 - Final);
        if (shortest * steps < 1 - Tolerance)
            throw new InputException(
                $"AC/DC with a warm-up of {WarmUp:0.##%}, phases of {Phase:0.##%} and a last one from {Final:0.##%} has "
                    + $"a phase of less than one step in a training of {Counted.Of(steps, "step")}; expected at least "
                    + $"{Math.Ceiling(1 / shortest - Tolerance):0} steps, or other acdc_warm_up, acdc_phase, acdc_final."
            );
    }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">A share is out of range, or no pair of phases fits before the last one.</exception>
    public AcDcPhases Validated()
    {
        foreach ((string name, double share) in new[] { ("acdc_warm_up", WarmUp), ("acdc_phase", Phase), ("acdc_final", Final) })
            if (share is not (> 0 and < 1))
                throw new InputException($"AC/DC with {name} of {share} is impossible; expected more than 0 and less than 1.");
        if (Pairs < 1)
            throw new InputException(
                $"AC/DC with a warm-up of {WarmUp:0.##%} and phases of {Phase:0.##%} has no compressed and decompressed phase before its "
                    + $"last one from {Final:0.##%}; expected acdc_warm_up + 2 acdc_phase to be at most acdc_final."
            );
        return this;
    }

    /// <summary>
    /// How many phases after the warm-up have begun, the last one left out: phase i begins with step (warm-up + i · phase) · steps,
    /// rounded.
    /// </summary>
    private double Begun(long step, long steps) =>
        Math.Clamp(Math.Ceiling(((step + 0.5) / steps - WarmUp) / Phase - Tolerance), 0, 2 * Pairs);
}

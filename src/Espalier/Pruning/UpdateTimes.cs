namespace Espalier.Pruning;

/// <summary>In which steps of a training its mask changes: every ΔT steps, before T_end. The first step is 1.</summary>
public sealed record UpdateTimes
{
    /// <summary>ΔT, steps from one update to the next, at least 1. Default 100.</summary>
    public int Every { get; init; } = 100;

    /// <summary>T_end as a share of the training's steps, in (0, 1]. Default 0.75.</summary>
    public double Until { get; init; } = 0.75;

    /// <summary>T_end in steps.</summary>
    public double End(long steps) => Until * steps;

    /// <summary>f = α/2 · (1 + cos(πt / T_end)): a share that falls from α to nothing.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="step">t.</param>
    /// <param name="steps">Steps of the training.</param>
    internal double Falling(double alpha, long step, long steps) => alpha / 2 * (1 + Math.Cos(Math.PI * step / End(steps)));

    /// <summary>How many updates there are: ΔT, 2ΔT, … before T_end.</summary>
    public long Count(long steps) => Math.Max(0, (long)Math.Ceiling(End(steps) / Every) - 1);

    /// <summary>Whether a step is one of them.</summary>
    public bool IsDue(long step, long steps) => step > 0 && step % Every == 0 && step / Every <= Count(steps);

    /// <summary>Refuses a training that none of them falls into.</summary>
    /// <exception cref="InputException">There is no update in so few steps.</exception>
    public void MustFit(long steps)
    {
        long most = (long)Math.Ceiling(End(steps)) - 1;
        if (Count(steps) == 0)
            throw new InputException(
                $"A mask that changes every {Counted.Of(Every, "step")} until {Until:0.##%} of a training never changes in one "
                    + $"of {Counted.Of(steps, "step")}; expected {(most < 1 ? "a longer training" : $"an update_every of at most {most}")}."
            );
    }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public UpdateTimes Validated()
    {
        if (Every < 1)
            throw new InputException($"A change of the mask every {Counted.Of(Every, "step")} is impossible; expected at least 1.");
        if (Until is not (> 0 and <= 1))
            throw new InputException(
                $"Changes of the mask until the share {Until} of a training are impossible; expected more than 0, at most 1."
            );
        return this;
    }
}

using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;

namespace Espalier.Lab.Design;

/// <summary>Shortens a schedule to fit a time.</summary>
public static class Budget
{
    /// <summary>How far a rough look may be off.</summary>
    public const double Rough = 3;

    private const int Halvings = 20;
    private const double Shortest = 1e-3;

    /// <summary>The largest factor, at most 1, whose plan fits.</summary>
    /// <param name="grid">The full schedule.</param>
    /// <param name="time">To fit in.</param>
    /// <param name="seconds">Seconds that stages take on this machine.</param>
    /// <exception cref="InputException">Not even one epoch of everything fits.</exception>
    public static double Fit(Grid grid, TimeSpan time, Func<IReadOnlyList<Stage>, double> seconds)
    {
        if (Needed(grid, 1, seconds) <= time.TotalSeconds)
            return 1;
        double low = Shortest,
            high = 1;
        if (Needed(grid, low, seconds) is var least && least > time.TotalSeconds)
            throw new InputException(
                $"The grid '{grid.Name}' needs about {TimeSpan.FromSeconds(Math.Ceiling(least))} here even with one epoch of "
                    + $"everything, more than the budget of {time}; expected a larger budget, or fewer cells."
            );
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (Needed(grid, middle, seconds) <= time.TotalSeconds)
                low = middle;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Whether it is clear from a rough look at the machine that all of it fits, or that nothing does.</summary>
    /// <param name="grid">The full schedule.</param>
    /// <param name="time">To fit in.</param>
    /// <param name="seconds">Seconds that stages take on this machine, right to a factor of <see cref="Rough"/>.</param>
    public static bool IsClear(Grid grid, TimeSpan time, Func<IReadOnlyList<Stage>, double> seconds) =>
        Needed(grid, 1, seconds) * Rough <= time.TotalSeconds || Needed(grid, Shortest, seconds) / Rough > time.TotalSeconds;

    /// <summary>A schedule that is too short for its masks to change needs no time; if no longer one fits, planning it says so.</summary>
    private static double Needed(Grid grid, double factor, Func<IReadOnlyList<Stage>, double> seconds)
    {
        try
        {
            return seconds(Planner.Of(grid.Scaled(factor)).Stages);
        }
        catch (InputException) when (factor < 1)
        {
            return 0;
        }
    }
}

using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;

namespace Espalier.Lab.Design;

/// <summary>Shortens a schedule to fit a time.</summary>
public static class Budget
{
    private const int Halvings = 20;

    /// <summary>The largest factor, at most 1, whose plan fits.</summary>
    /// <param name="grid">The full schedule.</param>
    /// <param name="time">To fit in.</param>
    /// <param name="seconds">Seconds that stages take on this machine.</param>
    /// <exception cref="InputException">Not even one epoch of everything fits.</exception>
    public static double Fit(Grid grid, TimeSpan time, Func<IEnumerable<Stage>, double> seconds)
    {
        // A schedule that is too short for its masks to change needs no time; if no longer one fits, planning it says so.
        double Needed(double factor)
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

        if (Needed(1) <= time.TotalSeconds)
            return 1;
        double low = 1e-3,
            high = 1;
        if (Needed(low) is var least && least > time.TotalSeconds)
            throw new InputException(
                $"The grid '{grid.Name}' needs about {TimeSpan.FromSeconds(Math.Ceiling(least))} here even with one epoch of "
                    + $"everything, more than the budget of {time}; expected a larger budget, or fewer cells."
            );
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (Needed(middle) <= time.TotalSeconds)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
}

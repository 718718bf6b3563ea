namespace Espalier.Lab.Design.Costs;

/// <summary>How many processes a device bears: more of them keep it busy, until they only take turns or its memory is full.</summary>
/// <param name="Workers">Processes on one device.</param>
/// <param name="Rate">Of all of them together, in the unit of what was measured.</param>
/// <param name="Tried">Every number that was measured, with its rate; null where they did not fit.</param>
public sealed record Packing(int Workers, double Rate, IReadOnlyList<(int Workers, double? Rate)> Tried)
{
    /// <summary>More processes are taken only if all together are faster by so much: each costs memory and a core.</summary>
    public const double Gain = 1.05;

    /// <summary>Tries 1, 2, 4, 8, 12, ... processes until more of them gain nothing, or do not fit.</summary>
    /// <param name="rate">Measures so many side by side; null if they do not fit.</param>
    /// <param name="most">No more than these; at least 1.</param>
    /// <exception cref="InputException">Not even one fits.</exception>
    public static async Task<Packing> SearchAsync(Func<int, Task<double?>> rate, int most)
    {
        var tried = new List<(int Workers, double? Rate)>();
        (int Workers, double Rate) best = (0, 0);
        for (int count = 1; count <= most; count = Next(count, most))
        {
            double? found = await rate(count);
            tried.Add((count, found));
            if (found is not { } together || together < best.Rate * Gain)
                break;
            best = (count, together);
        }
        return best.Workers > 0
            ? new Packing(best.Workers, best.Rate, tried)
            : throw new InputException(
                "The device has not memory enough for one training of this network; give a smaller batch or network."
            );
    }

    /// <summary>The next number to try; the last is the largest allowed.</summary>
    private static int Next(int count, int most)
    {
        int next = count < 8 ? 2 * count : count + 4;
        return count < most && next > most ? most : next;
    }
}

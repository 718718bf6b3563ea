using System.Globalization;

namespace Espalier.Runtime;

/// <summary>How many of the cores that this process may use have nothing to do.</summary>
public static class FreeCores
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks for a fifth of a second.</summary>
    /// <returns>1 to the number of cores of this process; all of them where the system does not tell.</returns>
    public static int Count()
    {
        const string times = "/proc/stat";
        if (!File.Exists(times))
            return Environment.ProcessorCount;
        string allowed = MachineFiles.Value("/proc/self/status", "Cpus_allowed_list") ?? "";
        string[] before = File.ReadAllLines(times);
        Thread.Sleep(Look);
        return Math.Clamp(Between(before, File.ReadAllLines(times), allowed), 1, Environment.ProcessorCount);
    }

    /// <summary>From two readings of /proc/stat.</summary>
    /// <param name="before">The first.</param>
    /// <param name="after">The second.</param>
    /// <param name="allowed">Cores of this process, such as <c>0-3,8</c>; empty for all.</param>
    /// <returns>
    /// The sum of the shares of time that the cores were idle; what is missing to a whole core by less than a quarter counts as whole.
    /// </returns>
    internal static int Between(IReadOnlyList<string> before, IReadOnlyList<string> after, string allowed)
    {
        Dictionary<string, (long Idle, long All)> first = Times(before);
        double free = 0;
        foreach ((string core, (long idle, long all)) in Times(after))
            if (IsAllowed(core, allowed) && first.TryGetValue(core, out (long Idle, long All) then) && all > then.All)
                free += (double)(idle - then.Idle) / (all - then.All);
        return (int)Math.Floor(free + 0.25);
    }

    /// <summary>
    /// Lines such as <c>cpu0 user nice system idle iowait irq softirq steal</c>, by the core's number; guests' times are in user's and
    /// nice's already.
    /// </summary>
    private static Dictionary<string, (long Idle, long All)> Times(IEnumerable<string> lines) =>
        lines
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 5 && words[0].StartsWith("cpu", StringComparison.Ordinal) && words[0].Length > 3)
            .ToDictionary(
                words => words[0][3..],
                words => (Number(words[4]) + Number(words[5]), words.Skip(1).Take(8).Sum(Number)),
                StringComparer.Ordinal
            );

    private static bool IsAllowed(string core, string allowed) =>
        allowed.Length == 0
        || allowed
            .Split(',')
            .Select(part => part.Split('-'))
            .Any(ends => Number(core) >= Number(ends[0]) && Number(core) <= Number(ends[^1]));

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
}

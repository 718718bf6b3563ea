using System.Globalization;

namespace Espalier.Runtime;

/// <summary>Memory that a process may still take.</summary>
internal static class FreeMemory
{
    /// <summary>
    /// What the system has left, where it says so, or half of all; never more than the process is allowed, as in a container.
    /// </summary>
    public static long Bytes
    {
        get
        {
            long allowed = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return
                MachineFiles.Value("/proc/meminfo", "MemAvailable") is { } text
                && long.TryParse(text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
                ? Math.Min(kilobytes << 10, allowed)
                : allowed / 2;
        }
    }
}

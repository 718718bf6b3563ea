using System.Diagnostics;
using System.Globalization;

namespace Espalier.Runtime;

/// <summary>The most memory this process has had resident.</summary>
public static class PeakMemory
{
    /// <summary>Bytes, including native memory.</summary>
    public static long ResidentBytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(6).TrimStart().TrimEnd("kB").TrimEnd(), CultureInfo.InvariantCulture);
    }
}

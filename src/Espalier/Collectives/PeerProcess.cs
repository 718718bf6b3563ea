using System.Diagnostics;
using System.Globalization;

namespace Espalier.Collectives;

/// <summary>A process of this machine, told from a later one of the same number by when it began.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Began">In the system's own count; 0 where that does not tell.</param>
internal readonly record struct PeerProcess(long Id, long Began)
{
    private const int State = 0,
        StartTime = 19; // of the fields after the name: proc(5), /proc/pid/stat

    /// <summary>This one.</summary>
    public static PeerProcess Here { get; } = new(Environment.ProcessId, Fields(Environment.ProcessId) is { } now ? Start(now) : 0);

    /// <summary>Whether it can still do something.</summary>
    public bool IsAlive
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return IsKnown();
            return Fields(Id) is { } fields && fields[State] is not ("Z" or "X") && (Began == 0 || Start(fields) == Began);
        }
    }

    private bool IsKnown()
    {
        try
        {
            using var process = Process.GetProcessById((int)Id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static long Start(string[] fields) => long.Parse(fields[StartTime], CultureInfo.InvariantCulture);

    /// <summary>What /proc says of a process after its name, which may hold blanks and brackets; null where there is none.</summary>
    private static string[]? Fields(long id)
    {
        try
        {
            string line = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > StartTime ? fields : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

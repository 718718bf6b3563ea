using System.Security.Cryptography;
using System.Text.Json;

namespace Espalier.Files;

/// <summary>Who holds a lease that is a file: the file's content.</summary>
/// <param name="Process">A number drawn by the holder's process.</param>
/// <param name="Machine">The boot of its machine and its space of process ids; empty where the system does not tell.</param>
/// <param name="ProcessId">Its process id there.</param>
/// <param name="Started">When that process started, in the kernel's ticks: ids are used again.</param>
/// <param name="Beat">Counts up while the holder lives.</param>
/// <param name="IsReleased">Given back.</param>
internal sealed record LeaseHolder(string Process, string Machine, int ProcessId, string Started, long Beat, bool IsReleased)
{
    /// <summary>This process.</summary>
    public static LeaseHolder Me { get; } =
        new(
            RandomNumberGenerator.GetHexString(16, lowercase: true),
            MachineNow(),
            Environment.ProcessId,
            StartOf(Environment.ProcessId) ?? "",
            0,
            false
        );

    public string ToText() => JsonSerializer.Serialize(this);

    /// <summary>Reads a file's content; none while it is being written.</summary>
    public static LeaseHolder? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<LeaseHolder>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether the holder's process lives; none if that cannot be told from here.</summary>
    public bool? IsAlive() => Machine.Length == 0 || Machine != Me.Machine ? null : StartOf(ProcessId) is { } start && start == Started;

    private static string MachineNow()
    {
        try
        {
            const string Boot = "/proc/sys/kernel/random/boot_id",
                Space = "/proc/self/ns/pid";
            return File.Exists(Boot) && new FileInfo(Space).LinkTarget is { } space ? $"{File.ReadAllText(Boot).Trim()} {space}" : "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>When a process started; none if there is none, or only its remains.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            // "17 (name, which may hold anything) S 1 ...": the state follows the last bracket, the start is the 20th field from it.
            string text = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}

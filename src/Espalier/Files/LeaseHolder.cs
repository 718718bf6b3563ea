using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

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
    /// <summary>Says in the environment, in seconds, how long this process's leases may go without being renewed.</summary>
    public const string Variable = "ESPALIER_LEASE_SECONDS";

    // All files are as long, however far the beat has counted: renewing one never changes its length, nor needs room on a full disk.
    private const int Block = 512;

    /// <summary>How long a holder is waited for that says nothing of it.</summary>
    public static TimeSpan DefaultPatience { get; } = TimeSpan.FromSeconds(90);

    /// <summary>This process.</summary>
    public static LeaseHolder Me { get; } =
        new(
            RandomNumberGenerator.GetHexString(16, lowercase: true),
            MachineNow(),
            Environment.ProcessId,
            StartOf(Environment.ProcessId) ?? "",
            0,
            false
        )
        {
            Host = Environment.MachineName,
            Job = JobOf(Environment.GetEnvironmentVariable) ?? "",
        };

    /// <summary>Drawn for this one holding: no other has it, not even of the same process.</summary>
    public string Token { get; init; } = "";

    /// <summary>Name of the machine, for people.</summary>
    public string Host { get; init; } = "";

    /// <summary>The cluster's number of the job, for people; empty outside one.</summary>
    public string Job { get; init; } = "";

    /// <summary>A holder that has not renewed its lease for so long has lost it.</summary>
    public double PatienceSeconds { get; init; } = DefaultPatience.TotalSeconds;

    /// <inheritdoc cref="PatienceSeconds"/>
    [JsonIgnore]
    public TimeSpan Patience => PatienceSeconds is >= 1 and <= 86_400 ? TimeSpan.FromSeconds(PatienceSeconds) : DefaultPatience;

    /// <summary>How often it is renewed.</summary>
    [JsonIgnore]
    public TimeSpan Interval => Patience / 18;

    /// <summary>This process, at one holding.</summary>
    /// <exception cref="InputException">The environment says something else than seconds.</exception>
    public static LeaseHolder New() =>
        Me with
        {
            Token = RandomNumberGenerator.GetHexString(16, lowercase: true),
            PatienceSeconds = PatienceNow(),
        };

    public string ToText()
    {
        string text = JsonSerializer.Serialize(this);
        return text.PadRight((text.Length / Block + 1) * Block - 1) + "\n";
    }

    /// <summary>Reads a file's content; null if it says nothing.</summary>
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

    /// <summary>Slurm's number of a job, <c>123</c> or, in an array, <c>123_4</c>, as its environment tells; null outside one.</summary>
    public static string? JobOf(Func<string, string?> variable)
    {
        string? Of(string name) => variable(name) is { Length: > 0 } value ? value : null;
        return Of("SLURM_ARRAY_JOB_ID") is { } array && Of("SLURM_ARRAY_TASK_ID") is { } task ? $"{array}_{task}" : Of("SLURM_JOB_ID");
    }

    private static double PatienceNow()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
            return DefaultPatience.TotalSeconds;
        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 2 and <= 3600
            ? seconds
            : throw new InputException($"{Variable} is '{text}'; expected seconds, at least 2 and at most 3600.");
    }

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

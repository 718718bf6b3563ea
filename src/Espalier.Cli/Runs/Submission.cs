using System.Text.Json;
using Espalier.Files;

namespace Espalier.Cli.Runs;

/// <summary>What of a run was handed to Slurm: <c>slurm/jobs.json</c> in its folder.</summary>
/// <param name="Submitted">When, UTC.</param>
/// <param name="Arrays">Numbers of the arrays of workers.</param>
/// <param name="Report">Number of the job that writes the report; null while there is none.</param>
/// <param name="Workers">Jobs in all arrays.</param>
internal sealed record Submission(DateTimeOffset Submitted, IReadOnlyList<string> Arrays, string? Report, int Workers)
{
    /// <summary>The folder of scripts and logs in a run's folder.</summary>
    public const string FolderName = "slurm";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>All jobs.</summary>
    public IReadOnlyList<string> Jobs => Report is null ? Arrays : [.. Arrays, Report];

    /// <summary>What was handed in before; null if nothing was.</summary>
    /// <exception cref="InputException">The file is no such record.</exception>
    public static Submission? Read(string runFolder)
    {
        string file = PathOf(runFolder);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Submission>(File.ReadAllText(file), Options) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{file}' cannot be read as what was submitted; expected the file that submit wrote.", fault);
        }
    }

    /// <summary>Keeps it.</summary>
    public void Write(string runFolder) => AtomicFile.WriteText(PathOf(runFolder), JsonSerializer.Serialize(this, Options) + "\n");

    private static string PathOf(string runFolder) => Path.Combine(runFolder, FolderName, "jobs.json");
}

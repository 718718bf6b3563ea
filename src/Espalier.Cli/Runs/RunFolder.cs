using System.Text.Json;
using Espalier.Experiments.Plans;
using Espalier.Files;

namespace Espalier.Cli.Runs;

/// <summary>A run's folder: its grid, how it was started, and its report. What it computed lies in the store.</summary>
internal sealed class RunFolder(string path)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>How a run was started.</summary>
    /// <param name="Store">Folder of the store, relative to the run's folder.</param>
    /// <param name="Only">The filter of cells; none for all.</param>
    /// <param name="Command">The command line that repeats it.</param>
    /// <param name="Workers">Trainings side by side.</param>
    /// <param name="Threads">Threads of each.</param>
    internal sealed record Start(string Store, string? Only, string Command, int Workers, int Threads);

    public string Path { get; } = path;

    /// <summary>The grid, every option spelled out.</summary>
    public string GridFile => System.IO.Path.Combine(Path, "grid.json");

    private string StartFile => System.IO.Path.Combine(Path, "run.json");

    public void Write(Grid grid, Start start)
    {
        Experiments.Plans.GridFile.Write(GridFile, grid);
        AtomicFile.WriteText(StartFile, JsonSerializer.Serialize(start, Options) + "\n");
    }

    /// <summary>What an earlier start wrote; none if there was none.</summary>
    public Start? TryReadStart()
    {
        try
        {
            return File.Exists(StartFile) ? JsonSerializer.Deserialize<Start>(File.ReadAllText(StartFile), Options) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{StartFile}' cannot be read as the start of a run; expected the file that a run wrote there.", fault);
        }
    }

    /// <summary>What an earlier start wrote.</summary>
    /// <exception cref="InputException">There was none.</exception>
    public (Grid Grid, Start Start) Read() => (Experiments.Plans.GridFile.Read(GridFile),
        TryReadStart() ?? throw new InputException($"'{Path}' is no folder of a run: it holds no run.json."));
}

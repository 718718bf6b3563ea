using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Files;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Reports;

namespace Espalier.Cli.Runs;

/// <summary>
/// A run's folder: its grid with the networks it was made of, how it was started, and its report. What it computed lies in the store.
/// </summary>
internal sealed class RunFolder(string path)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>How a run was started.</summary>
    /// <param name="Store">Folder of the store, relative to the run's folder.</param>
    /// <param name="Only">The filter of cells; none for all.</param>
    /// <param name="Command">The command line that repeats it.</param>
    /// <param name="Workers">Trainings side by side.</param>
    /// <param name="Threads">Threads of each.</param>
    internal sealed record Start(string Store, string? Only, string Command, int Workers, int Threads)
    {
        /// <summary>Processes that share each training; null for one.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? Ranks { get; init; }

        /// <summary>The plan of the run's grid, or of those of its cells that the run is of.</summary>
        public Plan PlanOf(Grid grid) => Only is { } filter ? CellFilter.Keep(Planner.Of(grid), filter) : Planner.Of(grid);
    }

    public string Path { get; } = path;

    /// <summary>The grid, every option spelled out.</summary>
    public string GridFile => At("grid.json");

    private string StartFile => At("run.json");

    public void Write(Grid grid, Start start)
    {
        Lab.Design.GridFile.Write(GridFile, grid);
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
            throw new InputException(
                $"'{StartFile}' cannot be read as the start of a run; expected the file that a run wrote there.",
                fault
            );
        }
    }

    /// <summary>What an earlier start wrote.</summary>
    /// <exception cref="InputException">There was none.</exception>
    public (Grid Grid, Start Start) Read() =>
        (
            Lab.Design.GridFile.Read(GridFile),
            TryReadStart() ?? throw new InputException($"'{Path}' is no folder of a run: it holds no run.json.")
        );

    /// <summary>
    /// A grid of a user's own images as this folder knows it: the same images keep the name that they had, wherever they lie now.
    /// </summary>
    /// <param name="grid">As it was asked for now.</param>
    /// <param name="place">Where its images lie; null where nobody said.</param>
    /// <exception cref="InputException">The folder is of the same run of other images: theirs were changed since.</exception>
    public Grid Of(Grid grid, string? place)
    {
        if (grid.Images?.Facts is not { } now || !File.Exists(GridFile))
            return grid;
        Grid before = Lab.Design.GridFile.Read(GridFile);
        if (before.Images?.Facts is not { } then)
            return grid;
        if (then == now)
            return grid with { DataSet = before.DataSet, Images = grid.Images with { Facts = then } };
        bool isSameRun = before.DataSet == grid.DataSet && (before.Images with { Facts = null }) == (grid.Images with { Facts = null });
        return isSameRun ? throw then.Other(now, place ?? $"'{grid.DataSet}'", before.DataSet) : grid;
    }

    /// <summary>The folder of the run that was started last, of those below a folder.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Latest(string folder) =>
        (Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [])
            .Where(run => File.Exists(new RunFolder(run).StartFile))
            .MaxBy(run => File.GetLastWriteTimeUtc(new RunFolder(run).StartFile))
        ?? throw new InputException($"There is no run below '{folder}'; name the folder of one.");

    /// <summary>Whether the folder has been used for something else than these cells of this grid.</summary>
    public bool IsOfAnother(Grid grid, string? only)
    {
        if (TryReadStart() is not { } start || !File.Exists(GridFile))
            return false;
        return start.Only != only || Text(Lab.Design.GridFile.Read(GridFile)) != Text(grid);
    }

    /// <summary>Refuses a folder with the report of something else than a run, which this run's would replace.</summary>
    /// <exception cref="InputException">It holds a report, and nothing says which run it is of.</exception>
    public void MustBeOfRuns()
    {
        string? report = new[] { Report.PageName, Report.SummaryName }.FirstOrDefault(name => File.Exists(At(name)));
        if (report is not null && !(File.Exists(GridFile) && File.Exists(StartFile)))
            throw new InputException(
                $"'{Path}' holds {report}, and no {System.IO.Path.GetFileName(File.Exists(GridFile) ? StartFile : GridFile)} "
                    + "says which run it is of; choose another folder, or remove it."
            );
    }

    /// <summary>Finished stages that the report in this folder shows; 0 if there is none.</summary>
    public int StagesReported()
    {
        try
        {
            if (!File.Exists(At(Report.SummaryName)))
                return 0;
            using JsonDocument summary = JsonDocument.Parse(File.ReadAllText(At(Report.SummaryName)));
            return summary.RootElement.GetProperty("run").GetProperty("done").GetInt32();
        }
        catch (Exception fault)
            when (fault is JsonException or IOException or UnauthorizedAccessException or KeyNotFoundException or InvalidOperationException)
        {
            return 0; // no report that could be lost
        }
    }

    /// <summary>Keeps the run that is here, its grid and its report, in a folder of its own below.</summary>
    /// <returns>That folder.</returns>
    public RunFolder SetAside()
    {
        string[] names = [System.IO.Path.GetFileName(GridFile), System.IO.Path.GetFileName(StartFile), .. Report.Names];
        RunFolder kept = Enumerable
            .Range(1, int.MaxValue)
            .Select(i => i.ToString(CultureInfo.InvariantCulture))
            .Select(number => new RunFolder(At(System.IO.Path.Combine("earlier", number))))
            .First(folder => !Directory.Exists(folder.Path));
        (Grid grid, Start start) = Read();
        try
        {
            Directory.CreateDirectory(kept.Path);
            foreach (string name in names)
                if (Directory.Exists(At(name)))
                    Directory.Move(At(name), kept.At(name));
                else if (File.Exists(At(name)))
                    File.Move(At(name), kept.At(name));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            string reason = fault.Message.TrimEnd('.');
            throw new InputException($"What an earlier run left in '{Path}' cannot be moved to '{kept.Path}': {reason}.", fault);
        }
        string store = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, start.Store));
        kept.Write(grid, start with { Store = System.IO.Path.GetRelativePath(System.IO.Path.GetFullPath(kept.Path), store) });
        return kept;
    }

    private static string Text(Grid grid) => Lab.Design.GridFile.Text(grid);

    private string At(string name) => System.IO.Path.Combine(Path, name);
}

using System.Text.Json;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// What the workers of one process are at: <c>workers/HOST-PROCESS.json</c>, renewed while it lives, and removed at its end.
/// </summary>
/// <param name="Host">The machine.</param>
/// <param name="Job">Slurm's job; null where there is none.</param>
/// <param name="ProcessId">The process there.</param>
/// <param name="Started">When it began, UTC, by its own clock.</param>
/// <param name="At">What each worker is at; null for one that waits.</param>
public sealed record WorkerRecord(string Host, string? Job, int ProcessId, DateTimeOffset Started, IReadOnlyList<WorkerRecord.Work?> At)
{
    private const string FolderName = "workers",
        ClockName = ".clock";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A stage under way.</summary>
    /// <param name="Stage">Its id.</param>
    /// <param name="Title">For people.</param>
    /// <param name="Share">Done, in [0, 1].</param>
    /// <param name="Completed">The part of it that was completed last.</param>
    public sealed record Work(string Stage, string Title, double Share, string? Completed);

    /// <summary>Writes it, or renews it.</summary>
    /// <exception cref="InputException">The store is not there, or cannot be written to.</exception>
    public void Write(ArtefactStore store)
    {
        store.MustBeThere();
        AtomicFile.WriteText(PathOf(store), JsonSerializer.Serialize(this, Options) + "\n");
    }

    /// <summary>Its process has ended.</summary>
    public void Remove(ArtefactStore store)
    {
        try
        {
            File.Delete(PathOf(store));
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // It stays, and is silent from now on.
        }
    }

    /// <summary>
    /// All records of a store, each with the time since it was renewed. Time is the file system's own where it can be asked, so that
    /// clocks of machines need not agree.
    /// </summary>
    public static IReadOnlyList<(WorkerRecord Record, TimeSpan Silence)> All(ArtefactStore store)
    {
        string folder = Path.Combine(store.Folder, FolderName);
        if (!Directory.Exists(folder))
            return [];
        DateTime now = Now(folder);
        var found = new List<(WorkerRecord, TimeSpan)>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            try
            {
                // Read and dated through one handle: the file may be removed, or another come in its place, at any moment.
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                TimeSpan silence = now - File.GetLastWriteTimeUtc(stream.SafeFileHandle);
                if (JsonSerializer.Deserialize<WorkerRecord>(stream, Options) is { At: not null } record)
                    found.Add((record, silence > TimeSpan.Zero ? silence : TimeSpan.Zero));
            }
            catch (Exception fault) when (fault is JsonException || FileFaults.IsFault(fault))
            {
                // It ended just now, or is no record.
            }
        return found;
    }

    /// <summary>Removes what processes left that died long ago, and what the one before this left in the same job.</summary>
    public void RemoveForgotten(ArtefactStore store, TimeSpan after)
    {
        foreach ((WorkerRecord other, TimeSpan silence) in All(store))
            if (silence > after || (Job is not null && other.Job == Job && other.ProcessId != ProcessId))
                other.Remove(store);
    }

    private string PathOf(ArtefactStore store)
    {
        string host = string.Concat(Host.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' ? letter : '-'));
        return Path.Combine(store.Folder, FolderName, $"{host}-{ProcessId}.json");
    }

    /// <summary>What time it is where the files are; by this machine's clock where nothing can be written.</summary>
    private static DateTime Now(string folder)
    {
        string clock = Path.Combine(folder, $"{ClockName}-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(clock, "");
            DateTime now = File.GetLastWriteTimeUtc(clock);
            File.Delete(clock);
            return now;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            return TimeProvider.System.GetUtcNow().UtcDateTime;
        }
    }
}

using System.Text.Json;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>A stage that failed, kept in <c>failed/ID.json</c> until it is tried again.</summary>
/// <param name="Id">The stage.</param>
/// <param name="Title">For people.</param>
/// <param name="Message">One sentence: why.</param>
/// <param name="Log">Everything else that is known of it: what the worker printed, a stack trace.</param>
public sealed record FailureLog(string Id, string Title, string Message, string Log)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Where it is kept.</summary>
    public static string PathOf(ArtefactStore store, Stage stage) => Path.Combine(store.Folder, "failed", $"{stage.Id}.json");

    /// <summary>Keeps it.</summary>
    /// <exception cref="InputException">The store is not there, or cannot be written to.</exception>
    public void Write(ArtefactStore store, Stage stage)
    {
        store.MustBeThere();
        AtomicFile.WriteText(PathOf(store, stage), JsonSerializer.Serialize(this, Options) + "\n");
    }

    /// <summary>Why a stage failed when it was last tried; none if it was not, or did not.</summary>
    public static FailureLog? Read(ArtefactStore store, Stage stage)
    {
        try
        {
            string path = PathOf(store, stage);
            return File.Exists(path) ? JsonSerializer.Deserialize<FailureLog>(File.ReadAllText(path), Options) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Forgets it, so that the stage is tried again.</summary>
    public static void Clear(ArtefactStore store, Stage stage)
    {
        if (File.Exists(PathOf(store, stage)))
            File.Delete(PathOf(store, stage));
    }
}

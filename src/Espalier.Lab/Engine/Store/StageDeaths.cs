using System.Text.Json;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// Workers that died at a stage without a word, on whatever machine: <c>attempts/ID.json</c> is there while one is at it, and what the
/// next one finds there was left by a dead one. Whoever completes a part of the stage begins the count anew: machines die, stages that
/// get on are not to blame. All of it happens under the stage's lease.
/// </summary>
public sealed class StageDeaths
{
    private readonly string _file;
    private Attempt _now;

    private StageDeaths(string file, Attempt now) => (_file, _now) = (file, now);

    /// <summary>Who is at it.</summary>
    /// <param name="Deaths">Workers before this one that died at it in a row.</param>
    /// <param name="Place">Where this one is.</param>
    private sealed record Attempt(int Deaths, string Place);

    /// <summary>An attempt begins.</summary>
    /// <param name="store">The store.</param>
    /// <param name="stage">The stage, whose lease is held.</param>
    /// <param name="allowed">So many deaths in a row are the stage's own fault.</param>
    /// <exception cref="InputException">So many have died at it, or the store cannot be written to. The count then begins anew.</exception>
    public static StageDeaths Begin(ArtefactStore store, Stage stage, int allowed)
    {
        string file = PathOf(store, stage);
        Attempt? before = Read(file);
        int deaths = before is null ? 0 : before.Deaths + 1;
        if (deaths >= allowed)
        {
            Forget(store, stage);
            throw new InputException(
                $"{Counted.Of(deaths, "worker")} in a row died at it and completed nothing, the last on {before!.Place}; it is given up."
            );
        }
        var begun = new StageDeaths(file, new Attempt(deaths, WorkerPlace.Here.ToString()));
        begun.Write();
        return begun;
    }

    /// <summary>A part of the stage is done: whoever died before died of something else.</summary>
    public void GotOn()
    {
        if (_now.Deaths == 0)
            return;
        _now = _now with { Deaths = 0 };
        try
        {
            Write();
        }
        catch (InputException)
        {
            // The work goes on; should it die, one more death is counted than there was.
        }
    }

    /// <summary>The attempt has ended, and its worker lives.</summary>
    public void End()
    {
        try
        {
            File.Delete(_file);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // The next attempt counts one death too many.
        }
    }

    /// <summary>The count begins anew.</summary>
    public static void Forget(ArtefactStore store, Stage stage)
    {
        if (File.Exists(PathOf(store, stage)))
            File.Delete(PathOf(store, stage));
    }

    private static string PathOf(ArtefactStore store, Stage stage) => Path.Combine(store.Folder, "attempts", $"{stage.Id}.json");

    private static Attempt? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Attempt>(File.ReadAllText(file)) : null;
        }
        catch (Exception fault) when (fault is JsonException || FileFaults.IsFault(fault))
        {
            return new Attempt(0, "a machine that left no name"); // it died while it wrote
        }
    }

    private void Write()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllText(_file, JsonSerializer.Serialize(_now)); // a note that is lost with the machine costs one count
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(_file, fault);
        }
    }
}

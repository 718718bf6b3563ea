namespace Espalier.Experiments.Store;

/// <summary>What is wrong with something in a store.</summary>
/// <param name="Place">Relative to the store.</param>
/// <param name="Problem">What, in a sentence.</param>
/// <param name="IsForeign">Whether it is no artefact at all, and is left alone.</param>
public sealed record StoreFault(string Place, string Problem, bool IsForeign);

/// <summary>Verifies stores and removes what nobody needs.</summary>
public static class StoreCare
{
    /// <summary>Reads every file of every artefact and compares its checksum.</summary>
    /// <param name="store">The store.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancel">Stops between artefacts.</param>
    public static IReadOnlyList<StoreFault> Verify(ArtefactStore store, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var faults = new List<StoreFault>(store.ForeignFolders().Select(place => new StoreFault(place, "it is no artefact's folder; it is left alone", true)));
        (string Kind, string Id)[] all = [.. store.Folders()];
        for (int i = 0; i < all.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            string folder = store.FolderOf(all[i].Kind, all[i].Id);
            if (Problem(folder, all[i].Id) is { } problem) faults.Add(new StoreFault(Path.GetRelativePath(store.Folder, folder), problem, false));
            progress?.Report((i + 1.0) / all.Length);
        }
        return faults;
    }

    /// <summary>Folders that the given stages do not need: other artefacts, damaged ones, and work that was given up.</summary>
    /// <param name="store">The store; no run may be using it.</param>
    /// <param name="needed">Ids to keep.</param>
    /// <returns>Folders, absolute, with their bytes.</returns>
    public static IReadOnlyList<(string Folder, long Bytes)> Garbage(ArtefactStore store, IReadOnlySet<string> needed)
    {
        IEnumerable<string> artefacts = store.Folders().Where(entry => !needed.Contains(entry.Id)).Select(entry => store.FolderOf(entry.Kind, entry.Id));
        IEnumerable<string> work = Sub(store, "work").Where(folder => !needed.Contains(Path.GetFileName(folder)));
        return [.. artefacts.Concat(work).Concat(Sub(store, "damaged")).Select(folder => (folder, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length)))];
    }

    private static string[] Sub(ArtefactStore store, string name) => Directory.Exists(Path.Combine(store.Folder, name)) ? Directory.GetDirectories(Path.Combine(store.Folder, name)) : [];

    private static string? Problem(string folder, string id)
    {
        if (Manifest.TryRead(Path.Combine(folder, Manifest.FileName)) is not { } manifest) return "its manifest is missing or damaged";
        if (manifest.Id != id) return $"its manifest is that of {manifest.Id}";
        foreach ((string name, ArtefactFile file) in manifest.Files)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path)) return $"{name} is missing";
            try
            {
                ArtefactFile found = ArtefactStore.Describe(path);
                if (found.Bytes != file.Bytes) return $"{name} has {found.Bytes} bytes; expected {file.Bytes}";
                if (found.Sha256 != file.Sha256) return $"{name} is not what its checksum says";
            }
            catch (InputException fault)
            {
                return fault.Message;
            }
        }
        return null;
    }
}

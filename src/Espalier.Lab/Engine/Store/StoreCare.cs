using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

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
    public static IReadOnlyList<StoreFault> Verify(
        ArtefactStore store,
        IProgress<double>? progress = null,
        CancellationToken cancel = default
    )
    {
        var faults = new List<StoreFault>(
            store.ForeignFolders().Select(place => new StoreFault(place, "it is no artefact's folder; it is left alone", true))
        );
        (string Kind, string Id)[] all = [.. store.Folders()];
        for (int i = 0; i < all.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            string folder = store.FolderOf(all[i].Kind, all[i].Id);
            if (ProblemToTell(folder, all[i].Id) is { } problem)
                faults.Add(new StoreFault(Path.GetRelativePath(store.Folder, folder), problem, false));
            progress?.Report((i + 1.0) / all.Length);
        }
        return faults;
    }

    /// <summary>
    /// Folders that neither the given stages nor a run under way need: other artefacts, damaged ones, and work that was given up.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="needed">Ids to keep.</param>
    /// <returns>Folders, absolute, with their bytes.</returns>
    public static IReadOnlyList<(string Folder, long Bytes)> Garbage(ArtefactStore store, IReadOnlySet<string> needed)
    {
        bool IsWanted(string id) => needed.Contains(id);
        IEnumerable<string> artefacts = store
            .Folders()
            .Where(entry => !IsWanted(entry.Id))
            .Select(entry => store.FolderOf(entry.Kind, entry.Id));
        IEnumerable<string> work = Sub(store, "work").Where(folder => !IsWanted(Path.GetFileName(folder)));
        return [.. artefacts.Concat(work).Concat(Sub(store, "damaged")).Select(folder => (folder, BytesOf(folder)))];
    }

    /// <summary>Removes what <see cref="Garbage"/> lists, but for what a worker is at. Runs that begin meanwhile wait.</summary>
    /// <param name="store">The store.</param>
    /// <param name="needed">Ids to keep, beside those that runs under way need.</param>
    /// <returns>The folders removed, with their bytes.</returns>
    /// <exception cref="InputException">A folder cannot be removed; those before it are.</exception>
    public static IReadOnlyList<(string Folder, long Bytes)> Remove(ArtefactStore store, IReadOnlySet<string> needed)
    {
        using Lease cleaning = RunRegister.Clean(store);
        var removed = new List<(string, long)>();
        foreach ((string folder, long bytes) in Garbage(store, needed.Union(RunRegister.Needed(store)).ToHashSet(StringComparer.Ordinal)))
        {
            using Lease? lease = store.TryLease(Path.GetFileName(folder));
            if (lease is null)
                continue;
            FileFaults.Removing(folder, () => Directory.Delete(folder, recursive: true));
            store.Forget(Path.GetFileName(folder));
            lease.Retire();
            removed.Add((folder, bytes));
        }
        return removed;
    }

    private static long BytesOf(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    private static string[] Sub(ArtefactStore store, string name) =>
        Directory.Exists(Path.Combine(store.Folder, name)) ? Directory.GetDirectories(Path.Combine(store.Folder, name)) : [];

    /// <summary>What is wrong with an artefact, every file of it read; none if nothing is.</summary>
    /// <exception cref="InputException">It cannot be read just now, which says nothing about it: no file handles left, access
    /// denied.</exception>
    internal static string? Problem(string folder, string id)
    {
        if (Manifest.TryRead(Path.Combine(folder, Manifest.FileName)) is not { } manifest)
            return "its manifest is missing or damaged";
        if (manifest.Id != id)
            return $"its manifest is that of {manifest.Id}";
        return manifest
            .Files.Select(file => Problem(Path.Combine(folder, file.Key), file.Key, file.Value))
            .FirstOrDefault(problem => problem is not null);
    }

    private static string? ProblemToTell(string folder, string id)
    {
        try
        {
            return Problem(folder, id);
        }
        catch (InputException fault)
        {
            return fault.Message.TrimEnd('.');
        }
    }

    /// <summary>What is wrong with a file of an artefact.</summary>
    internal static string? Problem(string path, string name, ArtefactFile expected)
    {
        if (!File.Exists(path))
            return $"{name} is missing";
        try
        {
            ArtefactFile found = ArtefactStore.Describe(path);
            return found.Bytes != expected.Bytes ? $"{name} has {found.Bytes} bytes; expected {expected.Bytes}"
                : found.Sha256 != expected.Sha256 ? $"{name} is not what its checksum says"
                : null;
        }
        catch (InputException fault) when (fault.InnerException is { } cause && FileFaults.IsOfTheDisk(cause))
        {
            return $"the disk cannot read {name}";
        }
    }
}

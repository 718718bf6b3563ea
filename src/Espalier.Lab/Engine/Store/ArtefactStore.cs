using System.Collections.Concurrent;
using Espalier.Files;
using Espalier.Lab.Engine.Store.Trials;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// Finished stages on disk, each in a folder named by its id: <c>stages/KIND/ab/abcd…/</c> with a manifest. A stage works in
/// <c>work/ID</c>, and is renamed into its place as a whole. Folders are the truth: stores are merged by copying <c>stages</c>.
/// </summary>
public sealed partial class ArtefactStore
{
    private const string MarkerName = "espalier-store.json",
        LeasesName = "leases";
    private readonly ConcurrentDictionary<string, Manifest> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, string), bool> _verified = new();

    /// <summary>Opens a store; a folder that is empty or not yet there becomes one when first written to.</summary>
    /// <exception cref="InputException">The folder holds something else.</exception>
    public ArtefactStore(string folder)
    {
        Folder = Path.GetFullPath(folder);
        if (File.Exists(Folder))
            throw new InputException($"'{folder}' is a file; expected the folder of an artefact store.");
        if (
            !File.Exists(Marker)
            && Directory.Exists(Folder)
            && Directory.EnumerateFileSystemEntries(Folder).Any(entry => !IsNobodys(Path.GetFileName(entry)))
            && !File.Exists(Marker)
        ) // another run may be making it just now
            throw new InputException(
                $"'{folder}' is no artefact store: it holds other files and no {MarkerName}; expected a store, or an empty or new folder."
            );
    }

    /// <summary>Whether a folder with this can still become a store: somebody makes it one now, or tries its file system.</summary>
    private static bool IsNobodys(string name) => name.StartsWith(MarkerName, StringComparison.Ordinal) || name == TrialFolder.Name;

    /// <summary>The store's folder, absolute.</summary>
    public string Folder { get; }

    private string Marker => Path.Combine(Folder, MarkerName);

    /// <summary>Makes the folder a store, if it is not one yet.</summary>
    /// <exception cref="InputException">It cannot be written to.</exception>
    public void Prepare()
    {
        if (!File.Exists(Marker))
            AtomicFile.WriteText(Marker, $"{{\"format\": {Manifest.CurrentFormat}}}\n");
    }

    /// <summary>
    /// Whether the store is there: its file system may have been unmounted, or its folder moved away, since it was opened.
    /// </summary>
    public bool IsThere => File.Exists(Marker);

    /// <summary>Refuses to make a second store where the one that was opened is no longer.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public void MustBeThere()
    {
        if (!IsThere)
            throw new InputException(
                $"The artefact store '{Folder}' is not there: its folder is missing or holds no {MarkerName}; is its file system mounted?"
            );
    }

    /// <summary>The folder of all finished stages.</summary>
    public string StagesFolder => Path.Combine(Folder, "stages");

    /// <summary>The folder that a stage works in.</summary>
    public string WorkFolder(Stage stage) => Path.Combine(Folder, "work", stage.Id);

    /// <summary>The folder of a finished stage.</summary>
    public string FolderOf(string kind, string id) => Path.Combine(StagesFolder, kind, id[..2], id);

    /// <summary>What a finished stage is; none if it is not finished, or its folder is damaged.</summary>
    public Manifest? Find(Stage stage)
    {
        if (_known.TryGetValue(stage.Id, out Manifest? known))
            return known;
        string folder = FolderOf(stage.Kind, stage.Id);
        Manifest? manifest = Manifest.TryRead(Path.Combine(folder, Manifest.FileName));
        if (
            manifest is null
            || manifest.Id != stage.Id
            || !manifest.Files.All(file =>
                new FileInfo(Path.Combine(folder, file.Key)) is { Exists: true } info && info.Length == file.Value.Bytes
            )
        )
            return null;
        return _known[stage.Id] = manifest;
    }

    /// <summary>Whether there is something in a stage's place that is no finished artefact.</summary>
    public bool IsDamaged(Stage stage) => Find(stage) is null && Directory.Exists(FolderOf(stage.Kind, stage.Id));

    /// <summary>Path of a file of a finished stage, its checksum verified once.</summary>
    /// <exception cref="DamagedArtefactException">The file is not what its manifest says.</exception>
    public string FileOf(Stage stage, string name)
    {
        string path = Path.Combine(FolderOf(stage.Kind, stage.Id), name);
        if (_verified.ContainsKey((stage.Id, name)))
            return path;
        if (ProblemOf(stage, name) is not null)
        {
            Forget(stage.Id); // it may have been made again since its manifest was read
            if (ProblemOf(stage, name) is { } problem)
                throw new DamagedArtefactException(stage, problem);
        }
        _verified[(stage.Id, name)] = true;
        return path;
    }

    private string? ProblemOf(Stage stage, string name)
    {
        if (Find(stage) is not { } manifest)
            return "its manifest is missing or damaged, or a file of it has another length";
        return manifest.Files.TryGetValue(name, out ArtefactFile? file)
            ? StoreCare.Problem(Path.Combine(FolderOf(stage.Kind, stage.Id), name), name, file)
            : $"its manifest lists no {name}";
    }

    /// <summary>Takes the right to work on a stage.</summary>
    /// <returns>None if another worker has it.</returns>
    /// <exception cref="InputException">The store is not there, or cannot be written to.</exception>
    public Lease? TryLease(Stage stage) => TryLease(stage.Id);

    /// <summary>Takes a right by name.</summary>
    internal Lease? TryLease(string name)
    {
        MustBeThere();
        _ = LeaseKeeping.OfShared(Path.Combine(Folder, LeasesName));
        return Lease.TryTake(LeaseOf(name));
    }

    /// <summary>The file that stands for a right.</summary>
    internal string LeaseOf(string name) => Path.Combine(Folder, LeasesName, name);

    /// <summary>Whether other machines may use it at the same time, as far as its file system tells.</summary>
    internal bool IsShared => !LeaseKeeping.Of(Path.Combine(Folder, LeasesName)).IsByLocks;

    /// <summary>Runs that say they are under way, at least one.</summary>
    internal int RunsUnderWay() =>
        Directory.Exists(Path.Combine(Folder, RunRegister.FolderName))
            ? Math.Max(1, Directory.EnumerateFiles(Path.Combine(Folder, RunRegister.FolderName)).Count())
            : 1;

    /// <summary>How leases in a store, or in one to be, are kept; leaves nothing behind.</summary>
    /// <exception cref="InputException">The folder is not there, or cannot be written to.</exception>
    public static LeaseKeeping LeasesOf(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"There is no folder '{folder}'.");
        return LeaseKeeping.Of(Directory.Exists(Path.Combine(folder, LeasesName)) ? Path.Combine(folder, LeasesName) : folder);
    }

    /// <summary>Drops what is remembered of an artefact, so that its folder is looked at again.</summary>
    public void Forget(string id)
    {
        _known.TryRemove(id, out _);
        foreach ((string, string) key in _verified.Keys.Where(key => key.Item1 == id))
            _verified.TryRemove(key, out _);
    }
}

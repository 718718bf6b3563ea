using System.Globalization;
using System.Security.Cryptography;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// Which stages the runs that use a store at this moment need: <c>running/VERSION-NUMBER</c> lists their ids, under a lease of that name.
/// Nobody removes artefacts while a run begins, and nobody removes what a run needs. Runs whose programs keep leases in different ways are
/// not under way together: a stage could be done twice at once.
/// </summary>
public sealed class RunRegister : IDisposable
{
    internal const string FolderName = "running";
    private const string Cleaning = "cleaning";

    /// <summary>
    /// How programs keep out of each other's way in a store: the leases, and whose folder is whose. Whoever changes that adds one; the
    /// first version wrote no number.
    /// </summary>
    internal const int Version = 2;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly Lease _lease;
    private readonly string _file;

    private RunRegister(Lease lease, string file) => (_lease, _file) = (lease, file);

    /// <summary>Registers a run; waits for a cleaning under way, after which some of its stages may be gone.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ids">All stages of the run, finished or not.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="InputException">The store cannot be written to, or another version of the program works in it.</exception>
    public static async Task<RunRegister> EnterAsync(ArtefactStore store, IEnumerable<string> ids, CancellationToken cancel = default)
    {
        string number = $"{Version}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}",
            file = Path.Combine(store.Folder, FolderName, number);
        var register = new RunRegister(
            store.TryLease(number) ?? throw new InvalidOperationException($"two runs drew the number {number}"),
            file
        );
        try
        {
            AtomicFile.WriteText(file, string.Concat(ids.Select(id => id + "\n")));
            // First registered, then looked: of two versions that begin together at least one sees the other.
            await RefuseOthersAsync(store, cancel);
            // First registered, then looked: whoever cleans does the two the other way round.
            while (true)
            {
                if (store.TryLease(Cleaning) is { } cleaning)
                {
                    cleaning.Dispose(); // the name is used again: it is not retired
                    return register;
                }
                await Task.Delay(LookAgain, cancel);
            }
        }
        catch
        {
            register.Dispose();
            throw;
        }
    }

    /// <summary>Takes the right to remove artefacts; runs that begin wait until it is given back.</summary>
    /// <exception cref="InputException">Another cleans, or the store cannot be written to.</exception>
    internal static Lease Clean(ArtefactStore store)
    {
        // A run that begins holds it for a moment only.
        for (int i = 0; i < 20; i++)
        {
            if (store.TryLease(Cleaning) is { } lease)
                return lease;
            Thread.Sleep(LookAgain);
        }
        throw new InputException($"Another command is cleaning the artefact store '{store.Folder}'; wait until it has ended.");
    }

    /// <summary>Ids that runs under way need. What killed runs left is forgotten.</summary>
    internal static HashSet<string> Needed(ArtefactStore store)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        string folder = Path.Combine(store.Folder, FolderName);
        if (!Directory.Exists(folder))
            return needed;
        foreach (string file in Files(folder))
            if (IsUnderWay(store, file))
                needed.UnionWith(File.ReadLines(file));
        return needed;
    }

    /// <summary>
    /// Names are enough to tell versions, and one look at the folder. Where leases are files, another version's is only looked at: its run
    /// lives as long as it renews it.
    /// </summary>
    private static async Task RefuseOthersAsync(ArtefactStore store, CancellationToken cancel)
    {
        foreach (string file in Files(Path.Combine(store.Folder, FolderName)).Where(file => VersionOf(file) != Version))
        {
            bool? lives = store.IsShared ? await LivesAsync(store, file, cancel) : IsUnderWay(store, file);
            if (lives == false)
                FileFaults.Removing(file, () => File.Delete(file));
            else
                throw new InputException(
                    $"Another version of this program works in the artefact store '{store.Folder}' (its leases are of version "
                        + $"{VersionOf(file)}, this one's of {Version}), and both could do the same stage at once; wait until it has ended"
                        + $"{(lives is null ? $", or, if it was killed, remove '{file}'" : "")}, or use one version for all."
                );
        }
    }

    /// <summary>Whether the run of a file renews its lease; none where it keeps none that can be read.</summary>
    private static async Task<bool?> LivesAsync(ArtefactStore store, string file, CancellationToken cancel)
    {
        for (string? first = null; File.Exists(file); await Task.Delay(LookAgain, cancel))
        {
            (string? text, bool? isHeld) = FileLease.Look(store.LeaseOf(Path.GetFileName(file)));
            if (text is null || isHeld is not null)
                return isHeld;
            if ((first ??= text) != text)
                return true;
        }
        return false; // it has ended meanwhile
    }

    private static int VersionOf(string file) =>
        Path.GetFileName(file).Split('-') is [var version, _]
        && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : 1;

    /// <summary>A name with a dot is a file being written.</summary>
    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).Length == 0);

    /// <summary>Whether a run's lease is held. What a killed one left is removed.</summary>
    private static bool IsUnderWay(ArtefactStore store, string file)
    {
        if (store.TryLease(Path.GetFileName(file)) is not { } dead)
            return File.Exists(file);
        File.Delete(file);
        dead.Retire();
        return false;
    }

    /// <summary>The run is over.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_file);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // The next cleaning finds it without its lease.
        }
        _lease.Retire();
    }
}

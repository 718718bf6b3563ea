using System.Security.Cryptography;
using Espalier.Files;

namespace Espalier.Lab.Engine.Store;

/// <summary>
/// Which stages the runs that use a store at this moment need: <c>running/NUMBER</c> lists their ids, under a lease of that number. Nobody
/// removes artefacts while a run begins, and nobody removes what a run needs.
/// </summary>
public sealed class RunRegister : IDisposable
{
    internal const string FolderName = "running";
    private const string Cleaning = "cleaning";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly Lease _lease;
    private readonly string _file;

    private RunRegister(Lease lease, string file) => (_lease, _file) = (lease, file);

    /// <summary>Registers a run; waits for a cleaning under way, after which some of its stages may be gone.</summary>
    /// <param name="store">The store.</param>
    /// <param name="ids">All stages of the run, finished or not.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="InputException">The store cannot be written to.</exception>
    public static async Task<RunRegister> EnterAsync(ArtefactStore store, IEnumerable<string> ids, CancellationToken cancel = default)
    {
        string number = RandomNumberGenerator.GetHexString(16, lowercase: true),
            file = Path.Combine(store.Folder, FolderName, number);
        var register = new RunRegister(
            store.TryLease(number) ?? throw new InvalidOperationException($"two runs drew the number {number}"),
            file
        );
        try
        {
            AtomicFile.WriteText(file, string.Concat(ids.Select(id => id + "\n")));
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
        // A name with a dot is a file being written.
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).Length == 0))
        {
            if (store.TryLease(Path.GetFileName(file)) is { } dead)
            {
                File.Delete(file);
                dead.Retire();
            }
            else if (File.Exists(file))
            {
                needed.UnionWith(File.ReadLines(file));
            }
        }
        return needed;
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

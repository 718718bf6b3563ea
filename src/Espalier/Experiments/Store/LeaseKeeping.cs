using System.Collections.Concurrent;
using Espalier.Files;

namespace Espalier.Experiments.Store;

/// <summary>How leases in a folder are kept: found out once, by trying, and the same for everybody who uses the folder.</summary>
/// <param name="IsByLocks">By locks of the operating system; otherwise by files that their holders renew.</param>
/// <param name="Reason">For people.</param>
public sealed record LeaseKeeping(bool IsByLocks, string Reason)
{
    /// <summary>A file that says to everybody that locks do not hold here: some machines may keep them where others do not.</summary>
    internal const string MarkerName = ".leases-by-files";

    private static readonly LeaseKeeping ByMarker = new(false, "leases are files that workers renew, as a machine that keeps no locks here uses it too");
    private static readonly ConcurrentDictionary<string, LeaseKeeping> Tried = new(StringComparer.Ordinal);

    /// <summary>How leases in a folder are kept.</summary>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public static LeaseKeeping Of(string folder) => File.Exists(Path.Combine(folder, MarkerName)) ? ByMarker : Tried.GetOrAdd(folder, Try);

    /// <summary>How leases in a store would be kept; leaves nothing behind.</summary>
    /// <param name="store">Folder of the store, or of one to be.</param>
    /// <exception cref="InputException">The folder is not there, or cannot be written to.</exception>
    public static LeaseKeeping Probe(string store)
    {
        if (!Directory.Exists(store)) throw new InputException($"There is no folder '{store}'.");
        return File.Exists(Path.Combine(ArtefactStore.LeasesOf(store), MarkerName)) ? ByMarker : Find(Path.GetFullPath(store));
    }

    private static LeaseKeeping Try(string folder)
    {
        LeaseKeeping found = Find(folder);
        if (!found.IsByLocks) AtomicFile.WriteText(Path.Combine(folder, MarkerName), "Locks of the operating system do not hold here; leases are files that workers renew.\n");
        return found;
    }

    private static LeaseKeeping Find(string folder)
    {
        bool kept = FileLock.AreKept(folder);
        return kept && !Mount.Of(folder).LocksAreLocal ? new(true, "locks of the operating system hold")
            : new(false, $"{(kept ? "locks hold on this machine only" : "the file system keeps no locks")}; leases are files that workers renew");
    }
}

using System.Collections.Concurrent;

namespace Espalier.Files;

/// <summary>How leases in a folder are kept: found out once, by trying, and the same for everybody who uses the folder.</summary>
/// <param name="IsByLocks">By locks of the operating system; otherwise by files that their holders renew.</param>
/// <param name="Reason">For people.</param>
public sealed record LeaseKeeping(bool IsByLocks, string Reason)
{
    /// <summary>A file that says to everybody that locks do not hold here: some machines may keep them where others do not.</summary>
    internal const string MarkerName = ".leases-by-files";

    private static readonly LeaseKeeping ByMarker = new(
        false,
        "leases are files that their holders renew, as a machine that keeps no locks here uses it too"
    );
    private static readonly ConcurrentDictionary<string, LeaseKeeping> Tried = new(StringComparer.Ordinal);

    /// <summary>How leases in a folder are kept.</summary>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public static LeaseKeeping Of(string folder) =>
        File.Exists(Path.Combine(folder, MarkerName)) ? ByMarker : Tried.GetOrAdd(Path.GetFullPath(folder), Find);

    /// <summary>
    /// The same for a folder that several machines may use at once: if leases are files for one of them, they are for all.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public static LeaseKeeping OfShared(string folder)
    {
        LeaseKeeping found = Of(folder);
        if (!found.IsByLocks && found != ByMarker)
            AtomicFile.WriteText(Path.Combine(folder, MarkerName), "Locks of the operating system do not hold here.\n");
        return found;
    }

    private static LeaseKeeping Find(string folder)
    {
        bool kept = FileLock.AreKept(folder);
        Mount mount = Mount.Of(Path.GetFullPath(folder));
        if (mount.IsShared)
            return new(false, $"machines can share this file system ({mount.Type}); leases are files that their holders renew");
        return kept
            ? new(true, "locks of the operating system hold")
            : new(false, "the file system keeps no locks; leases are files that their holders renew");
    }
}

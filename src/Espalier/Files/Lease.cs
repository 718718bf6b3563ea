namespace Espalier.Files;

/// <summary>
/// A right that one process has at a time: to work on a stage, to write into a folder. Where the file system keeps locks it is one of the
/// operating system's, and free at once when its holder dies, however it dies; where not, it is a file that its holder renews.
/// </summary>
public abstract class Lease : IDisposable
{
    /// <summary>Cancelled when another has taken the lease over: what was done under it has to stop.</summary>
    public abstract CancellationToken Lost { get; }

    /// <summary>What this one holding is known by, where leases are files: no other has it. Null where they are locks.</summary>
    public abstract string? Token { get; }

    /// <summary>
    /// Makes sure, before what was done under the lease is put in its place, that nobody has taken it over while this process was
    /// suspended.
    /// </summary>
    /// <returns>Whether it is still held.</returns>
    public abstract bool Confirm();

    /// <summary>Takes a lease.</summary>
    /// <param name="path">The file that stands for it. Everybody who wants the lease names the same.</param>
    /// <returns>None if somebody else holds it.</returns>
    /// <exception cref="InputException">Its folder cannot be written to, or something else is wrong with it: that is no lease held by
    /// another.</exception>
    public static Lease? TryTake(string path) =>
        LeaseKeeping.Of(Path.GetDirectoryName(Path.GetFullPath(path))!).IsByLocks ? LockLease.TryTake(path) : FileLease.TryTake(path);

    /// <summary>Gives the lease back for good: nothing of it stays behind.</summary>
    public abstract void Retire();

    /// <summary>Gives the lease back.</summary>
    public abstract void Dispose();
}

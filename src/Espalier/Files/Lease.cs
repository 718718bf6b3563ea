namespace Espalier.Files;

/// <summary>
/// A right that one process has at a time: to work on a stage, to write into a folder. Where the file system keeps locks it is one of the
/// operating system's, and free at once when its holder dies, however it dies; where not, it is a file that its holder renews.
/// </summary>
public abstract class Lease : IDisposable
{
    /// <summary>Cancelled when another has taken the lease over: what was done under it has to stop.</summary>
    public abstract CancellationToken Lost { get; }

    /// <summary>Takes a lease.</summary>
    /// <param name="path">The file that stands for it. Everybody who wants the lease names the same.</param>
    /// <returns>None if somebody else holds it.</returns>
    /// <exception cref="InputException">Its folder cannot be written to, or something else is wrong with it: that is no lease held by
    /// another.</exception>
    public static Lease? TryTake(string path) =>
        LeaseKeeping.Of(Path.GetDirectoryName(Path.GetFullPath(path))!).IsByLocks
            ? LockLease.TryTake(path)
            : FileLease.TryTake(path, FileLease.Patience);

    /// <summary>Gives the lease back for good: nothing of it stays behind.</summary>
    public abstract void Retire();

    /// <summary>Gives the lease back.</summary>
    public abstract void Dispose();
}

namespace Espalier.Experiments.Store;

/// <summary>
/// The right to work on one stage, held as a lock of the operating system on a file: two workers, of one run or of two, never do the same stage, and
/// when a worker dies, however it dies, its lease is free at once.
/// </summary>
public sealed class Lease : IDisposable
{
    private readonly FileStream _lock;

    private Lease(FileStream file) => _lock = file;

    /// <summary>Takes the lease.</summary>
    /// <returns>None if somebody else holds it.</returns>
    /// <exception cref="InputException">The store cannot be written to.</exception>
    public static Lease? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new Lease(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (UnauthorizedAccessException fault)
        {
            throw Files.FileFaults.Writing(path, fault);
        }
        catch (IOException fault)
        {
            // Held by another, which has the file open: then it is there. Anything else (a full or read-only disk) is the store's fault.
            return File.Exists(path) && !fault.Message.Contains("space", StringComparison.OrdinalIgnoreCase) ? null : throw Files.FileFaults.Writing(path, fault);
        }
    }

    /// <summary>Gives the lease back and removes its file: only when the stage is finished and nobody will want the lease again.</summary>
    public void Retire()
    {
        File.Delete(_lock.Name);
        Dispose();
    }

    /// <summary>Gives the lease back.</summary>
    public void Dispose() => _lock.Dispose();
}

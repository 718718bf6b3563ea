namespace Espalier.Files;

/// <summary>
/// The right to write into a folder: one command at a time has it, and whoever comes second is told so before it has done any work.
/// </summary>
public sealed class FolderLock : IDisposable
{
    /// <summary>Name of the file that is there while somebody writes.</summary>
    public const string FileName = ".lock";

    private readonly Lease _lock;
    private readonly string? _made;

    private FolderLock(Lease held, string? made) => (_lock, _made) = (held, made);

    /// <summary>Takes the right; makes the folder.</summary>
    /// <exception cref="InputException">Another writes there, or the folder cannot be made or locked.</exception>
    public static FolderLock Take(string folder)
    {
        string? made = Directory.Exists(folder) ? null : folder;
        if (Lease.TryTake(Path.Combine(folder, FileName)) is { } held)
            return new FolderLock(held, made);
        throw new InputException($"Another command is writing into '{folder}'; wait until it has ended, or choose another folder.");
    }

    /// <summary>Gives the right back, and removes the folder if it was made for nothing.</summary>
    public void Dispose()
    {
        try
        {
            if (_made is not null && IsEmpty(_made))
            {
                _lock.Retire();
                Directory.Delete(_made);
            }
            else
            {
                // Where leases are files, the last one stays, and says that it was given back: numbers begun anew could be mistaken for
                // those that somebody saw before.
                _lock.Dispose();
            }
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // It is somebody's by now; an empty folder harms nobody.
        }
    }

    private static bool IsEmpty(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).All(entry => IsOfLock(Path.GetFileName(entry)));

    /// <summary>Whether a file in such a folder is the right to write there, and nothing that was written.</summary>
    internal static bool IsOfLock(string name) => name == FileName || name.StartsWith(FileName + ".", StringComparison.Ordinal);
}

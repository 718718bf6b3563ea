namespace Espalier.Files;

/// <summary>
/// A lock of the operating system on a file: one process holds it until it gives it back or dies, however it dies. The file goes with it.
/// </summary>
public sealed class FileLock : IDisposable
{
    // How the runtime names "held by another": Windows' sharing violation, EWOULDBLOCK of Linux and of macOS.
    private const int SharingViolation = unchecked((int)0x80070020),
        LinuxWouldBlock = 11,
        MacWouldBlock = 35;

    private static int s_probes;
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; makes the folders above its file.</summary>
    /// <returns>Null if another holds it, in this process or in another.</returns>
    /// <exception cref="InputException">The file cannot be made, or its file system keeps no locks.</exception>
    public static FileLock? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // With just these three choices the runtime opens the file again if, until it had the lock, the last holder has removed it.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (IsKept(path))
                return new FileLock(file);
            file.Dispose();
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            return null;
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
        throw new InputException(
            $"'{Path.GetDirectoryName(Path.GetFullPath(path))}' lies on a file system that keeps no locks, so that two commands"
                + " could write there at once and neither would know; expected one where flock works."
        );
    }

    /// <summary>Whether the file system of a folder keeps locks: two handles on one file, of which the second must be refused.</summary>
    /// <exception cref="InputException">The folder cannot be written to.</exception>
    public static bool AreKept(string folder)
    {
        string path = Path.Combine(folder, $".lock-probe-{Environment.ProcessId}-{Interlocked.Increment(ref s_probes)}");
        try
        {
            Directory.CreateDirectory(folder);
            using var file = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
            return IsKept(path);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            throw FileFaults.Writing(path, fault);
        }
    }

    /// <summary>Whether a fault of opening a file says that another has it open for itself.</summary>
    public static bool IsHeld(IOException fault) =>
        fault.HResult is SharingViolation
        || OperatingSystem.IsLinux() && fault.HResult == LinuxWouldBlock
        || OperatingSystem.IsMacOS() && fault.HResult == MacWouldBlock;

    /// <summary>Gives the lock back and removes its file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Where locks are not supported, the runtime goes on without: a second one, taken while the first is held, tells.</summary>
    private static bool IsKept(string path)
    {
        try
        {
            using var second = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
            return false;
        }
        catch (IOException fault) when (IsHeld(fault))
        {
            return true;
        }
    }
}

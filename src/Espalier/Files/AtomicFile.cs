using System.Text;

namespace Espalier.Files;

/// <summary>
/// Writes files that are either complete or absent: the content goes to a part file beside, is flushed to the disk and renamed over the
/// final name. A reader, or a run that resumes after a crash, never sees half a file.
/// </summary>
public static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private const string DeviceFolder = "/dev";
    private static int _counter;

    /// <summary>
    /// Writes a file; an earlier one of that name is replaced only once the new one is complete. Makes the parent folders.
    /// </summary>
    /// <param name="path">The final name: a new file or an existing one to replace. A symbolic link is followed.</param>
    /// <param name="write">Writes the content; the stream can seek and is closed by this method.</param>
    /// <exception cref="InputException">The file cannot be written: no such folder, read-only, disk full, the content too large for its
    /// file system, or the path is a folder or a device.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string? part = null;
        try
        {
            string target = Resolve(path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using (PartStream stream = CreatePart(target, out part))
            {
                write(stream);
                stream.Flush(toDisk: true);
            }
            File.Move(part, target, overwrite: true);
        }
        catch (Exception fault)
        {
            if (part != null)
                Remove(part);
            if (FileFaults.IsFault(fault))
                throw FileFaults.Writing(path, fault);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Utf8.GetBytes(text)));

    private static string Resolve(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0'))
            throw new InputException($"'{path?.Replace('\0', '?')}' is not a file name.");
        string target = Path.GetFullPath(path);
        // Renaming over a link would leave what it points at as it was.
        if (new FileInfo(target).LinkTarget != null && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } linked)
            target = linked.FullName;
        if (Path.EndsInDirectorySeparator(target) || Directory.Exists(target))
            throw new InputException($"Cannot write '{path}': it is a folder, a file was expected.");
        // Renaming over a device such as /dev/null, which an administrator may, would destroy it.
        if (!OperatingSystem.IsWindows() && Path.GetDirectoryName(target) == DeviceFolder && File.Exists(target))
            throw new InputException($"Cannot write '{path}': it is a device, a file was expected.");
        return target;
    }

    private static PartStream CreatePart(string target, out string part)
    {
        while (true)
        {
            string name = $"{target}.part-{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}";
            try
            {
                PartStream stream = new(name);
                part = name;
                return stream;
            }
            catch (IOException) when (File.Exists(name))
            {
                // Left by a killed process that had this number: take the next name.
            }
        }
    }

    private static void Remove(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception fault) when (FileFaults.IsFault(fault))
        {
            // The first fault is the one to report.
        }
    }
}

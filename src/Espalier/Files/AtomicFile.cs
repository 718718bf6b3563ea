namespace Espalier.Files;

/// <summary>Files that are written whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside the path, flushes to disk, and renames over it.</summary>
    /// <param name="path">The final name; missing folders are made.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InputException">The place cannot be written to: read-only, full, a folder, or below a file.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string part = $"{path}.part-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be written: {fault.Message}", fault);
        }
        finally
        {
            if (File.Exists(part)) File.Delete(part);
        }
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}

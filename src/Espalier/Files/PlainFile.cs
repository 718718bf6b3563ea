using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Espalier.Files;

/// <summary>Plain files, and nothing else: whoever opens a named pipe waits until somebody writes into it.</summary>
internal static partial class PlainFile
{
    // Of Linux's open, whose 0 is to read. Plain files know no waiting.
    private const int DoNotWait = 0x800,
        CloseInChildren = 0x80000;

    /// <summary>Opens one for reading, without a buffer.</summary>
    /// <exception cref="InputException">It is a pipe, a socket or a terminal.</exception>
    public static FileStream Open(string path)
    {
        FileStream stream = Opened(path);
        if (stream.CanSeek)
            return stream;
        stream.Dispose();
        throw new InputException($"'{path}' is no plain file, and is not read.");
    }

    private static FileStream Opened(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            SafeFileHandle handle = Open(path, DoNotWait | CloseInChildren);
            if (!handle.IsInvalid)
                return new FileStream(handle, FileAccess.Read, bufferSize: 0);
            handle.Dispose();
        }
        // Also to say what is wrong with it.
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}

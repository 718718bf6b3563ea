using System.Runtime.InteropServices;

namespace Espalier.Runtime;

/// <summary>What <see cref="MachineReport"/> asks the operating system.</summary>
internal static partial class MachineFiles
{
    /// <summary>The first value of a <c>name: value</c> file such as /proc/meminfo; null where there is no such file or name.</summary>
    internal static string? Value(string file, string name)
    {
        if (!File.Exists(file))
            return null;
        string? line = File.ReadLines(file).FirstOrDefault(text => text.Split(':')[0].Trim() == name);
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    /// <summary>Free bytes on the disk of a path; of its nearest folder that is there, where it is not.</summary>
    /// <exception cref="InputException">No disk holds the path.</exception>
    internal static long FreeBytes(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new InputException("The path whose free disk is wanted is empty; expected a file or folder.");
        string? folder = Path.GetFullPath(path);
        while (folder is not null && !Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        if (folder is null)
            throw new InputException($"'{path}' is on no disk of this machine; expected a path on one.");
        return new DriveInfo(folder).AvailableFreeSpace;
    }

    /// <summary>Such as 2.36; null without glibc.</summary>
    internal static string? GlibcVersion()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return Marshal.PtrToStringUTF8(GnuGetLibcVersion());
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GnuGetLibcVersion();
}

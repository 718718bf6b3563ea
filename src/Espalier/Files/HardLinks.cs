using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Espalier.Files;

/// <summary>Second names of files, which a server lets one process make only.</summary>
internal static partial class HardLinks
{
    private const int Exists = 17,
        FromCurrentFolder = -100,
        AskForLinks = 4,
        LinksAt = 16,
        FactsLength = 256;

    /// <summary>Gives a file another name.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="another">The other.</param>
    /// <param name="isThere">Whether something has that name already.</param>
    /// <returns>Whether it has it by this call. False and not there: links cannot be made here.</returns>
    public static bool TryMake(string file, string another, out bool isThere)
    {
        isThere = false;
        if (OperatingSystem.IsWindows())
            return false;
        if (Link(file, another) == 0)
            return true;
        isThere = Marshal.GetLastPInvokeError() == Exists;
        return false;
    }

    /// <summary>How many names a file has; none where the system does not tell.</summary>
    public static unsafe int? CountOf(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> facts = stackalloc byte[FactsLength];
        try
        {
            fixed (byte* place = facts)
                if (Statx(FromCurrentFolder, path, 0, AskForLinks, place) != 0)
                    return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library from before 2018
        }
        return (int)BinaryPrimitives.ReadUInt32LittleEndian(facts[LinksAt..]);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string another);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* facts);
}

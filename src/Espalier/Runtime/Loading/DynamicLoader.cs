using System.Runtime.InteropServices;

namespace Espalier.Runtime.Loading;

/// <summary>
/// The C library's <c>dlopen</c> and what belongs to it: .NET's own loading has no flags, and explains a failure at length.
/// </summary>
internal static unsafe class DynamicLoader
{
    /// <summary>Functions are found when they are first called.</summary>
    public const int Lazy = 1;

    /// <summary>All functions are found now: what a library lacks is told instead of ending the process later.</summary>
    public const int Now = 2;

    /// <summary>Nothing is loaded: there is a handle only of what is in the process already.</summary>
    public const int IfLoaded = 4;

    private const int LinkMap = 2;

    // All are found before any is called: finding one forgets the last one's fault.
    private static readonly nint s_library = Home(),
        s_open = NativeLibrary.GetExport(s_library, "dlopen"),
        s_error = NativeLibrary.GetExport(s_library, "dlerror"),
        s_info = NativeLibrary.GetExport(s_library, "dlinfo");

    /// <summary>Loads a library.</summary>
    /// <param name="path">Full path, or a name that is searched for.</param>
    /// <param name="flags">When functions are found.</param>
    /// <param name="fault">Why it could not be loaded, in the loader's words.</param>
    /// <returns>Its handle; 0 if it could not be loaded.</returns>
    public static nint Open(string path, int flags, out string fault)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            nint handle = ((delegate* unmanaged<nint, int, nint>)s_open)(name, flags);
            fault = handle != 0 ? "" : Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)s_error)()) ?? "no reason is given";
            return handle;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>Where the loader keeps a library's name: the second field of its <c>struct link_map</c> (link.h).</summary>
    public static nint* NameOf(nint handle)
    {
        nint map = 0;
        int code = ((delegate* unmanaged<nint, int, nint*, int>)s_info)(handle, LinkMap, &map);
        return code == 0 && map != 0 ? (nint*)map + 1 : null;
    }

    /// <summary>glibc has them in libc since 2.34, before in a library of their own.</summary>
    private static nint Home()
    {
        nint libc = NativeLibrary.Load("libc.so.6");
        return NativeLibrary.TryGetExport(libc, "dlopen", out _) ? libc : NativeLibrary.Load("libdl.so.2");
    }
}

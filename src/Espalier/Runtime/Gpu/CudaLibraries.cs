using System.Runtime.InteropServices;
using System.Text;
using Espalier.Runtime.Loading;

namespace Espalier.Runtime.Gpu;

/// <summary>
/// What NVIDIA's libraries say of themselves, by functions of their documented C interfaces. Each is asked only if it is in this process
/// already, or, the driver's, if the system has it.
/// </summary>
internal static unsafe class CudaLibraries
{
    private const string Driver = "libcuda.so.1";
    private const string RuntimeLibrary = "libcudart";
    private const int LongestName = 256;

    /// <summary>A GPU's name by its number among those visible; null where the driver does not tell.</summary>
    public static string? NameOf(int index)
    {
        if (!Begin(out nint driver))
            return null;
        int device = 0;
        nint get = Function(driver, "cuDeviceGet"),
            name = Function(driver, "cuDeviceGetName");
        if (get == 0 || name == 0 || ((delegate* unmanaged<int*, int, int>)get)(&device, index) != 0)
            return null;
        byte[] text = new byte[LongestName];
        fixed (byte* first = text)
            if (((delegate* unmanaged<byte*, int, int, int>)name)(first, LongestName, device) != 0)
                return null;
        return Encoding.UTF8.GetString(text, 0, Array.IndexOf(text, (byte)0));
    }

    /// <summary>A handle of CUDA's runtime library; 0 where none is loaded.</summary>
    public static nint Runtime() => Handle(RuntimeLibrary);

    /// <summary>Version of CUDA's runtime library, in thousands and tens; null where none is loaded.</summary>
    public static int? RuntimeNumber()
    {
        int version = 0;
        return Loaded(RuntimeLibrary, "cudaRuntimeGetVersion") is not 0 and var get && ((delegate* unmanaged<int*, int>)get)(&version) == 0
            ? version
            : null;
    }

    /// <summary>Of cuDNN; null where none is loaded.</summary>
    public static string? CudnnVersion() =>
        Loaded("libcudnn.so", "cudnnGetVersion") is not 0 and var get
            ? GpuFacts.CudnnText((long)((delegate* unmanaged<nuint>)get)())
            : null;

    private static bool Begin(out nint driver) =>
        NativeLibrary.TryLoad(Driver, out driver)
        && Function(driver, "cuInit") is not 0 and var begin
        && ((delegate* unmanaged<uint, int>)begin)(0) == 0;

    private static nint Loaded(string library, string function) => Handle(library) is not 0 and var handle ? Function(handle, function) : 0;

    private static nint Handle(string library) =>
        LoadedFiles.Named(library) is [var path, ..] && NativeLibrary.TryLoad(path, out nint handle) ? handle : 0;

    private static nint Function(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint entry) ? entry : 0;
}

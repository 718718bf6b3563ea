using System.Runtime.InteropServices;
using TorchSharp;

namespace Espalier.Runtime.Loading;

/// <summary>Puts the libraries of a folder into this process, where TorchSharp then finds them.</summary>
internal static unsafe class TorchLoader
{
    private const string Binding = "libLibTorchSharp.so";

    /// <summary>
    /// Folders that .NET looks into, in its order, for a library asked for by name: those of the program's own native files.
    /// </summary>
    internal static IReadOnlyList<string> OwnFolders { get; } =
    [
        .. ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory),
    ];

    /// <summary>The first of the program's own folders that has a library; null if none has.</summary>
    internal static string? Own(string name) => OwnFolders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>
    /// Loads every library by its full path, each after those that it needs. The next one's need of it is then met by its name (its
    /// SONAME), wherever it lies, and CUDA's libraries are found by the RUNPATH of those that need them: no LD_LIBRARY_PATH.
    /// </summary>
    /// <param name="folder">Where they lie.</param>
    /// <exception cref="InputException">One cannot be loaded, or lacks what TorchSharp needs.</exception>
    public static void Load(TorchFolder folder)
    {
        var names = new List<(nint Handle, string Name)>();
        foreach (string path in folder.InOrder())
            names.Add((MustLoad(path, DynamicLoader.Lazy, folder), Path.GetFileName(path)));
        if (Own(Binding) is { } beside)
            MustLoad(Path.Combine(beside, Binding), DynamicLoader.Now, folder);
        if (LoadedFiles.Named(TorchFolder.Cpu).Count > 1)
            throw new InputException($"The libtorch in '{folder.Libraries}' is none: its libraries are not what their files' names say.");
        Start(names);
    }

    private static nint MustLoad(string path, int flags, TorchFolder folder)
    {
        nint handle = DynamicLoader.Open(path, flags, out string fault);
        if (handle != 0)
            return handle;
        string version = folder.Version is { } known ? $" (version {known})" : "";
        throw new InputException(
            Path.GetFileName(path) == Binding
                ? $"The libtorch in '{folder.Libraries}'{version} lacks what this program needs: {fault}."
                : $"'{Path.GetFileName(path)}' of the libtorch in '{folder.Libraries}'{version} cannot be loaded: {fault}."
        );
    }

    /// <summary>
    /// TorchSharp begins by asking .NET for torch_cpu by name, and .NET takes a file of that name beside the program before it looks at
    /// what is loaded: the built-in library would come into the process as a second one. The loader knows a library by the path in its link
    /// map, which therefore is, while TorchSharp begins, that of the built-in file.
    /// </summary>
    private static void Start(List<(nint Handle, string Name)> loaded)
    {
        var lent = new List<(nint Place, nint Before, nint Lent)>();
        try
        {
            foreach ((nint handle, string name) in loaded)
                if (Own(name) is { } folder && DynamicLoader.NameOf(handle) is not null and var place)
                {
                    nint path = Marshal.StringToCoTaskMemUTF8(Path.Combine(folder, name));
                    lent.Add(((nint)place, *place, path));
                    *place = path;
                }
            // Each asks by name once, and remembers that it did.
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.TryInitializeDeviceType(DeviceType.CUDA);
        }
        finally
        {
            foreach ((nint place, nint before, nint path) in lent)
            {
                *(nint*)place = before;
                Marshal.FreeCoTaskMem(path);
            }
        }
    }
}

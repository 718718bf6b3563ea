using System.Runtime.InteropServices;
using TorchSharp;

namespace Espalier.Runtime.Loading;

/// <summary>
/// The native tensor library of this process. Programs that want another than the one built in call <see cref="Use"/> before any tensor is
/// made; the command line does.
/// </summary>
public static unsafe class Libtorch
{
    /// <summary>The option of the command line that names a folder.</summary>
    internal const string Option = "--libtorch";

    /// <summary>The environment variable that names a folder, as <c>--libtorch</c> does.</summary>
    public const string Variable = "ESPALIER_LIBTORCH";

    /// <summary>The word for the library beside the program.</summary>
    public const string BuiltIn = "built-in";

    private static readonly Lock s_lock = new();
    private static LibtorchChoice? s_choice;

    /// <summary>Which one was chosen; the built-in one where nobody chose.</summary>
    public static LibtorchChoice Current => s_choice ?? new LibtorchChoice(null, BuiltIn);

    /// <summary>Chooses the library, and loads it unless it is the built-in one, which loads by itself when it is needed.</summary>
    /// <param name="folder">The folder of an installed PyTorch or an unpacked libtorch, or <c>built-in</c>; null for what
    /// <see cref="Variable"/> names, else the PyTorch of the <c>python3</c> on the path if there is a GPU for it and the built-in library
    /// has no CUDA, else the built-in one.</param>
    /// <param name="forGpu">Whether a GPU may be wanted; if not, python3 is not asked unless nothing is built in.</param>
    /// <exception cref="InputException">There is no such library, it is incomplete, too old, for another machine, or another one is in
    /// this process already.</exception>
    public static LibtorchChoice Use(string? folder = null, bool forGpu = true)
    {
        lock (s_lock)
        {
            LibtorchChoice.Surroundings here = Here();
            IReadOnlyList<string> loaded = LoadedFiles.Named(TorchFolder.Cpu);
            if (folder is null && here.Environment is null && loaded.Count > 0)
                return Current; // nobody asks for another than the one in use
            LibtorchChoice choice = LibtorchChoice.Make(folder, forGpu, here);
            if (choice.Folder is { } chosen && loaded.Count == 0)
            {
                if (!OperatingSystem.IsLinux())
                    throw new InputException($"A libtorch of one's own ({choice.Origin}) can be used on Linux only; leave it out here.");
                TorchLoader.Load(chosen);
            }
            else if (choice.Folder is not null && !IsLoaded(choice.Folder))
                throw new InputException(
                    $"The libtorch in '{choice.Folder.Libraries}' ({choice.Origin}) cannot be used any more: this process computes with"
                        + $" '{loaded[0]}' already."
                );
            return s_choice = choice;
        }
    }

    /// <summary>The version of the library in this process, such as <c>2.11.0+cu130</c>; loads it if need be.</summary>
    public static string Version =>
        Own() is { } number && Current.Folder?.Version?.StartsWith(number, StringComparison.Ordinal) != true
            ? number
            : Current.Folder?.Version ?? torch.__version__;

    /// <summary>A handle of one of its libraries; 0 where it is not in this process.</summary>
    /// <param name="name">Such as <c>libtorch_cpu.so</c>.</param>
    internal static nint Handle(string name)
    {
        _ = torch.CPU; // loads it
        return LoadedFiles.Named(name) is [var path, ..] && NativeLibrary.TryLoad(path, out nint handle) ? handle : 0;
    }

    /// <summary>What the library says itself; TorchSharp gives the version that it was made for.</summary>
    private static string? Own() =>
        Handle(TorchFolder.Cpu) is not 0 and var library && NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out nint entry)
            ? TorchVersion.Text(((delegate* unmanaged<ulong>)entry)())
            : null;

    private static LibtorchChoice.Surroundings Here() =>
        new(
            HasBuiltIn: !OperatingSystem.IsLinux() || TorchLoader.Own(TorchFolder.Cpu) is not null,
            BuiltInHasCuda: !OperatingSystem.IsLinux() || TorchLoader.Own(TorchFolder.Cuda) is not null,
            Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null,
            HasGpu,
            PythonTorch.Ask
        );

    /// <summary>The driver makes a file for every GPU; Windows' Linux has one for all.</summary>
    private static bool HasGpu() =>
        Directory.Exists("/dev")
        && (
            File.Exists("/dev/dxg")
            || Directory.EnumerateFiles("/dev", "nvidia?*").Any(path => Path.GetFileName(path)["nvidia".Length..].All(char.IsAsciiDigit))
        );

    private static bool IsLoaded(TorchFolder folder) =>
        DynamicLoader.Open(Path.Combine(folder.Libraries, TorchFolder.Cpu), DynamicLoader.Lazy | DynamicLoader.IfLoaded, out _) != 0;
}

using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Espalier.Runtime;

/// <summary>
/// What a measurement ran on, to be printed beside its numbers. It names no host, no user and no path, so it may be published.
/// </summary>
public sealed record MachineReport
{
    /// <summary>Name and version of the operating system, and the architecture of this process.</summary>
    public required string System { get; init; }

    /// <summary>The processor's name as the system gives it; its architecture where the system gives none.</summary>
    public required string Processor { get; init; }

    /// <summary>Cores that this process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Threads of one computation: see <see cref="ComputeThreads"/>.</summary>
    public required int Threads { get; init; }

    /// <summary>oneMKL's mode, as <see cref="ReproducibleProducts.Mode"/> tells it.</summary>
    public required string? ProductsMode { get; init; }

    /// <summary>Memory in bytes that this process may use, which a container can limit.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Memory in bytes that is free or can be freed; null where the system does not say.</summary>
    public required long? AvailableMemoryBytes { get; init; }

    /// <summary>Free bytes for this user where the asked path lies.</summary>
    public required long FreeDiskBytes { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>The version of the tensor library's .NET binding.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>The version of the native tensor library.</summary>
    public required string Libtorch { get; init; }

    /// <summary>The version of glibc; null where the C library is another.</summary>
    public required string? Glibc { get; init; }

    /// <summary>Devices by the names that <see cref="ComputeDevice.Parse"/> takes, the CPU first.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Looks at this machine.</summary>
    /// <param name="path">A file or folder, there already or not, on the disk whose free space is wanted.</param>
    /// <exception cref="InputException">The path is on no disk of this machine.</exception>
    public static MachineReport Collect(string path) =>
        new()
        {
            System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            Processor = MachineFiles.Value("/proc/cpuinfo", "model name") ?? RuntimeInformation.OSArchitecture.ToString(),
            Cores = Environment.ProcessorCount,
            Threads = ComputeThreads.Current,
            ProductsMode = ReproducibleProducts.Mode(),
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            AvailableMemoryBytes = MachineFiles.Value("/proc/meminfo", "MemAvailable") is { } text
                ? 1024 * long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture)
                : null,
            FreeDiskBytes = MachineFiles.FreeBytes(path),
            Runtime = RuntimeInformation.FrameworkDescription,
            TorchSharp = typeof(torch).Assembly.GetName().Version!.ToString(3),
            Libtorch = Loading.Libtorch.Version,
            Glibc = MachineFiles.GlibcVersion(),
            Devices = ["cpu", .. torch.cuda.is_available() ? Enumerable.Range(0, torch.cuda.device_count()).Select(i => $"cuda:{i}") : []],
        };
}

using System.Globalization;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Espalier.Runtime.Gpu;

/// <summary>What a result was computed on, where that was a GPU.</summary>
/// <param name="Name">The GPU's.</param>
/// <param name="Driver">Version of its driver.</param>
/// <param name="Cuda">Version of CUDA's runtime library in this process.</param>
/// <param name="Cudnn">Version of cuDNN in this process.</param>
/// <param name="Products">Whether float32 products were float32's or TF32's.</param>
/// <param name="Bits">What is promised of bits.</param>
public sealed partial record GpuFacts(string Name, string Driver, string Cuda, string Cudnn, string Products, string Bits)
{
    /// <summary>What is said where a library or the system does not tell.</summary>
    public const string Unknown = "unknown";

    private const string DriverFile = "/proc/driver/nvidia/version";

    /// <summary>Looks at a device; null for the CPU.</summary>
    public static GpuFacts? Of(torch.Device device) =>
        device.type == DeviceType.CUDA
            ? new GpuFacts(
                CudaLibraries.NameOf(Math.Max(device.index, 0)) ?? Unknown,
                DriverVersion() ?? Unknown,
                CudaLibraries.RuntimeNumber() is { } cuda ? CudaText(cuda) : Unknown,
                CudaLibraries.CudnnVersion() ?? Unknown,
                GpuMath.Products,
                GpuMath.Bits
            )
            : null;

    /// <summary>On one line: <c>NVIDIA H200 (driver 580.95, CUDA 13.0, cuDNN 9.13.0)</c>.</summary>
    public override string ToString() => $"{Name} (driver {Driver}, CUDA {Cuda}, cuDNN {Cudnn})";

    /// <summary>Version of the kernel's driver; null where there is none.</summary>
    public static string? DriverVersion() => File.Exists(DriverFile) ? DriverIn(File.ReadAllText(DriverFile)) : null;

    /// <summary>The version in the driver's own file.</summary>
    internal static string? DriverIn(string text) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith("NVRM", StringComparison.Ordinal)) is { } line
        && Dotted().Match(line) is { Success: true } match
            ? match.Value
            : null;

    /// <summary>CUDA's version: thousands are the major, tens the minor one.</summary>
    internal static string CudaText(int number) => string.Create(CultureInfo.InvariantCulture, $"{number / 1000}.{number % 1000 / 10}");

    /// <summary>cuDNN's version: up to 8 in thousands and hundreds, since then in ten thousands and hundreds.</summary>
    internal static string CudnnText(long number)
    {
        long major = number < 10_000 ? number / 1000 : number / 10_000,
            rest = number < 10_000 ? number % 1000 : number % 10_000;
        return string.Create(CultureInfo.InvariantCulture, $"{major}.{rest / 100}.{rest % 100}");
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Dotted();
}

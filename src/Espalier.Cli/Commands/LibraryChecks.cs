using System.Globalization;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Runtime.Gpu;
using Espalier.Runtime.Loading;
using TorchSharp;
using Check = Espalier.Cli.Commands.DoctorCommand.Check;

namespace Espalier.Cli.Commands;

/// <summary>What <c>espalier doctor</c> finds of the native tensor library and of the GPU.</summary>
internal static class LibraryChecks
{
    public static IEnumerable<Check> Of(MachineReport machine, torch.Device device)
    {
        LibtorchChoice choice = Libtorch.Current;
        string place = choice.Folder is { } folder ? $" in {folder.Libraries} ({choice.Origin})" : " built in";
        yield return new("native library", $"libtorch {machine.Libtorch}{place}, TorchSharp {machine.TorchSharp}", true);
        yield return new(
            "its version",
            TorchVersion.IsKnown(machine.Libtorch)
                ? "was run with this program before"
                : $"was never run with this program ({string.Join(" and ", TorchVersion.Known)} were); the operations below say "
                    + "whether it computes",
            true
        );
        if (choice.Refused is { } reason)
            yield return new("python3's library", $"there is a GPU, but {reason}", true);
        if (GpuFacts.Of(device) is { } gpu)
        {
            yield return new("gpu", $"{gpu}; {gpu.Products}", true);
            yield return new("bits on the gpu", gpu.Bits, true);
        }
        foreach (Check check in RankChecks.Of(device))
            yield return check;
        IReadOnlyList<OperationCheck> operations = OperationCheck.All(device, GpuMath.Tf32);
        yield return new("operations", Said(operations), operations.All(operation => operation.Holds));
    }

    private static string Said(IReadOnlyList<OperationCheck> operations) =>
        operations.Where(operation => !operation.Holds).ToArray() is { Length: > 0 } wrong
            ? string.Join(
                "; ",
                wrong.Select(one =>
                    $"{one.Name} differs from float64 on the CPU by {Share(one.Difference)}, expected at most {Share(one.Tolerance)}"
                )
            )
            : $"give the CPU's numbers: {string.Join(", ", operations.Select(one => $"{one.Name} {Share(one.Difference)}"))}";

    private static string Share(double value) => value.ToString("0e+0", CultureInfo.InvariantCulture);
}

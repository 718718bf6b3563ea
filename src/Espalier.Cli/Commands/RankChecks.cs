using Espalier.Collectives;
using TorchSharp;
using static TorchSharp.torch;
using Check = Espalier.Cli.Commands.DoctorCommand.Check;

namespace Espalier.Cli.Commands;

/// <summary>Whether ranks on GPUs would find NCCL, and whether it moves this GPU's numbers right; a second GPU is not asked.</summary>
internal static class RankChecks
{
    private const string Name = "ranks on gpus";

    private static readonly ScalarType[] s_summed = [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64];

    public static IEnumerable<Check> Of(Device device)
    {
        if (device.type == DeviceType.CUDA)
            yield return NcclCollective.IsRefused
                ? new(Name, $"sums go by way of the host, as {NcclCollective.Variable} says", true)
                : OfNccl(device);
    }

    private static Check OfNccl(Device device)
    {
        try
        {
            using var ranks = NcclCollective.Join(Alone.Here, device);
            ScalarType[] wrong = [.. s_summed.Where(type => !IsRight(ranks, device, type))];
            return wrong is []
                ? new(Name, $"{ranks.Wire} adds up and hands on the numbers of one rank", true)
                : new(Name, $"{ranks.Wire} changes the numbers of one rank: {string.Join(", ", wrong)}", false);
        }
        catch (InputException fault)
        {
            return new(Name, $"one process a training: {fault.Message}", true);
        }
    }

    /// <summary>Of one rank the sum is what it was, whatever else moves through the same memory.</summary>
    private static bool IsRight(NcclCollective ranks, Device device, ScalarType type)
    {
        const int count = 100_003;
        using var scope = NewDisposeScope();
        Tensor expected = arange(count, ScalarType.Int64).to(type),
            values = expected.to(device);
        ranks.AllReduceSum(values);
        ranks.Broadcast(values);
        return values.cpu().Equals(expected);
    }
}

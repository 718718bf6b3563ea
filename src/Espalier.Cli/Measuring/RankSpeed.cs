using System.Diagnostics;
using Espalier.Collectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Cli.Measuring;

/// <summary>How fast the ranks that this process is one of add up values, and whether the sums are right.</summary>
internal static class RankSpeed
{
    private const int Period = 1009; // of what every rank brings: small whole numbers, whose sums are exact

    /// <summary>Measured over several calls, the first of which is not counted.</summary>
    /// <param name="count">Values, float32.</param>
    /// <param name="calls">How many.</param>
    /// <param name="device">Where they are: on a GPU NCCL adds them.</param>
    /// <returns>What rank 0 found; null on the others.</returns>
    /// <exception cref="InputException">A sum is wrong.</exception>
    public static object? Run(long count, int calls, Device device)
    {
        if (count is < 1 or > 1 << 28)
            throw new InputException($"--floats {count} is out of range; expected 1 to {1 << 28}.");
        using ICollective ranks = Join(device);
        using var scope = NewDisposeScope();
        Tensor own = Numbers(i => i % Period + ranks.Rank, (int)count).to(device),
            expected = Numbers(i => i % Period * ranks.Size + ranks.Size * (ranks.Size - 1) / 2, (int)count).to(device),
            values = own.clone();
        double[] seconds = new double[calls];
        for (int call = -1; call < calls; call++)
        {
            values.copy_(own);
            Wait(values);
            ranks.Barrier();
            long start = Stopwatch.GetTimestamp();
            ranks.AllReduceSum(values);
            Wait(values);
            if (call >= 0)
                seconds[call] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        long wrong = values.ne(expected).sum().item<long>();
        if (wrong > 0)
            throw new InputException($"{wrong} of {count} sums over {ranks.Wire} are wrong on rank {ranks.Rank}.");
        Array.Sort(seconds);
        ranks.Barrier();
        return ranks.Rank > 0
            ? null
            : new
            {
                ranks.Wire,
                Ranks = ranks.Size,
                Floats = count,
                Device = device.ToString(),
                MedianMilliseconds = 1000 * seconds[calls / 2],
                FastestMilliseconds = 1000 * seconds[0],
            };
    }

    /// <summary>Those that this process is one of; itself where it is none.</summary>
    public static ICollective Join(Device device)
    {
        ICollective host = RankPlace.FromEnvironment()?.Join() ?? Alone.Here;
        return device.type == DeviceType.CUDA && host.Size > 1 ? NcclCollective.Between(host, device) : host;
    }

    private static Tensor Numbers(Func<int, float> value, int count) => tensor(Enumerable.Range(0, count).Select(value).ToArray());

    /// <summary>A GPU has done what it was told once a value of it can be read.</summary>
    private static void Wait(Tensor values)
    {
        if (values.device_type != DeviceType.CPU)
            _ = values[0].item<float>();
    }
}

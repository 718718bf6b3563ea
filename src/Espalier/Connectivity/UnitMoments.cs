using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>Mean and variance of each unit of a layer over images and positions.</summary>
/// <param name="Mean">[units].</param>
/// <param name="Variance">[units], of the population, at least 0.</param>
public sealed record UnitMoments(IReadOnlyList<double> Mean, IReadOnlyList<double> Variance)
{
    /// <summary>Values at a time: 2 MiB of float32.</summary>
    private const long PartSize = 1 << 19;

    /// <summary>Standard deviation of a unit.</summary>
    public double Deviation(int unit) => Math.Sqrt(Variance[unit]);

    /// <summary>Means and standard deviations between those of two networks: (1 − α)·this + α·other.</summary>
    /// <param name="other">The same layer of the other network.</param>
    /// <param name="alpha">α in [0, 1].</param>
    public UnitMoments Between(UnitMoments other, double alpha) =>
        new(
            [.. Mean.Zip(other.Mean, (a, b) => (1 - alpha) * a + alpha * b)],
            [.. Enumerable.Range(0, Mean.Count).Select(unit => Math.Pow((1 - alpha) * Deviation(unit) + alpha * other.Deviation(unit), 2))]
        );

    /// <summary>Of activations.</summary>
    /// <param name="activations">[N, C] or [N, C, H, W].</param>
    /// <remarks>
    /// Sums are float64; values are centred in float32 first, so that no large sums are subtracted from each other. Done on the CPU in
    /// parts that stay in the processor's cache, which is ten times as fast as all at once.
    /// </remarks>
    public static UnitMoments Of(Tensor activations)
    {
        using var scope = NewDisposeScope();
        return Of([Measure(activations)])[0];
    }

    /// <summary>Moments measured on a device, with one read for all of them.</summary>
    /// <param name="measured">Float64 [2, units] each.</param>
    internal static UnitMoments[] Of(IReadOnlyList<Tensor> measured)
    {
        if (measured.Count == 0)
            return [];
        using var scope = NewDisposeScope();
        double[] all = HostRead.Values<double>(cat([.. measured.Select(moments => moments.reshape(-1))], 0));
        var found = new UnitMoments[measured.Count];
        for (int i = 0, at = 0; i < found.Length; i++)
        {
            int units = (int)measured[i].shape[1];
            found[i] = new UnitMoments(all[at..(at + units)], all[(at + units)..(at + 2 * units)]);
            at += 2 * units;
        }
        return found;
    }

    /// <summary>The same where the activations are: mean and variance, float64 [2, units], in the caller's dispose scope.</summary>
    internal static Tensor Measure(Tensor activations)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        double count = (double)activations.numel() / activations.shape[1];
        Tensor mean = Sum(activations, part => part).DividedBy(count),
            rounded = mean.to(ScalarType.Float32);
        Tensor centre = rounded.view([1, -1, .. Enumerable.Repeat(1L, (int)activations.dim() - 2)]);
        Tensor squares = Sum(activations, part => Held.Square(part.Minus(centre))).DividedBy(count);
        Tensor variance = squares.Minus(Held.Square(mean.Minus(rounded))).clamp_min(Held.Zero);
        return stack([mean, variance], 0).MoveToOuterDisposeScope();
    }

    /// <summary>[C], float64: the sum of a function of the values over images and positions.</summary>
    private static Tensor Sum(Tensor activations, Func<Tensor, Tensor> of)
    {
        long[] dims = [0, .. Enumerable.Range(2, (int)activations.dim() - 2)];
        long images = activations.shape[0],
            step = activations.device.type == DeviceType.CPU ? Math.Max(1, PartSize * images / activations.numel()) : images;
        Tensor total = zeros(activations.shape[1], ScalarType.Float64, activations.device);
        for (long start = 0; start < images; start += step)
        {
            using var scope = NewDisposeScope();
            Tensor part = activations.narrow(0, start, Math.Min(step, images - start)).to(ScalarType.Float32);
            total.PlusInPlace(of(part).sum(dims, type: ScalarType.Float64));
        }
        return total;
    }
}

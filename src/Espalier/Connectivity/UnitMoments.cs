using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>Mean and variance of each unit of a layer over images and positions.</summary>
/// <param name="Mean">[units].</param>
/// <param name="Variance">[units], of the population, at least 0.</param>
public sealed record UnitMoments(IReadOnlyList<double> Mean, IReadOnlyList<double> Variance)
{
    /// <summary>Standard deviation of a unit.</summary>
    public double Deviation(int unit) => Math.Sqrt(Variance[unit]);

    /// <summary>Means and standard deviations between those of two networks: (1 − α)·this + α·other.</summary>
    /// <param name="other">The same layer of the other network.</param>
    /// <param name="alpha">α in [0, 1].</param>
    public UnitMoments Between(UnitMoments other, double alpha) => new(
        [.. Mean.Zip(other.Mean, (a, b) => (1 - alpha) * a + alpha * b)],
        [.. Enumerable.Range(0, Mean.Count).Select(unit => Math.Pow((1 - alpha) * Deviation(unit) + alpha * other.Deviation(unit), 2))]);

    /// <summary>Of activations.</summary>
    /// <param name="activations">[N, C] or [N, C, H, W].</param>
    /// <remarks>Sums are float64; values are centred in float32 first, so that no large sums are subtracted from each other.</remarks>
    public static UnitMoments Of(Tensor activations)
    {
        using var scope = NewDisposeScope();
        long[] dims = activations.dim() == 4 ? [0, 2, 3] : [0];
        double count = (double)activations.numel() / activations.shape[1];
        Tensor mean = activations.sum(dims, keepdim: true, type: ScalarType.Float64).DividedBy(count);
        Tensor rounded = mean.to(ScalarType.Float32);
        Tensor squares = Held.Square(activations.to(ScalarType.Float32).Minus(rounded)).sum(dims, keepdim: true, type: ScalarType.Float64).DividedBy(count);
        Tensor variance = squares.Minus(Held.Square(mean.Minus(rounded))).clamp_min(Held.Zero);
        return new UnitMoments(Doubles(mean), Doubles(variance));
    }

    private static double[] Doubles(Tensor values) => values.flatten().cpu().data<double>().ToArray();
}

using System.Runtime.InteropServices;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Matching;

/// <summary>
/// Means, variances and the cross-covariance of the activations of d units of A and d units of B over all samples seen so far
/// (a sample is an image, or a position of one). Memory is d² however many samples come.
/// </summary>
/// <remarks>
/// Each batch is centred on its own mean and multiplied in float32; batches are combined in float64 (Chan et al. 1979), so that no
/// large sums are ever subtracted from each other.
/// </remarks>
public sealed class CrossMoments
{
    private readonly double[] _cross;

    /// <summary>Starts empty.</summary>
    /// <param name="units">d.</param>
    public CrossMoments(int units)
    {
        Units = units;
        MeanA = new double[units];
        MeanB = new double[units];
        SumSquaresA = new double[units];
        SumSquaresB = new double[units];
        _cross = new double[(long)units * units];
    }

    /// <summary>d.</summary>
    public int Units { get; }

    /// <summary>Samples seen.</summary>
    public long Samples { get; private set; }

    /// <summary>Means of A's units [d].</summary>
    public double[] MeanA { get; }

    /// <summary>Means of B's units [d].</summary>
    public double[] MeanB { get; }

    private double[] SumSquaresA { get; }

    private double[] SumSquaresB { get; }

    /// <summary>Variance of a unit of A over all samples (population).</summary>
    public double VarianceA(int unit) => Math.Max(0, SumSquaresA[unit] / Samples);

    /// <summary>Variance of a unit of B over all samples (population).</summary>
    public double VarianceB(int unit) => Math.Max(0, SumSquaresB[unit] / Samples);

    /// <summary>Covariance of unit <paramref name="b"/> of B with unit <paramref name="a"/> of A (population).</summary>
    public double Covariance(int b, int a) => _cross[(long)b * Units + a] / Samples;

    /// <summary>Adds the activations of a batch.</summary>
    /// <param name="a">A's, [N, d] or [N, d, H, W].</param>
    /// <param name="b">B's, on the same images.</param>
    public void Add(Tensor a, Tensor b)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        (Tensor xa, Tensor meanA) = Centred(a);
        (Tensor xb, Tensor meanB) = Centred(b);
        long count = xa.shape[0],
            before = Samples,
            total = before + count;
        double[] batchA = ToDoubles(meanA),
            batchB = ToDoubles(meanB);
        // Read where it lies: a managed copy of d² numbers a batch would be garbage that only full collections clear.
        using Tensor product = xb.t().mm(xa).cpu();
        ReadOnlySpan<float> cross = MemoryMarshal.Cast<byte, float>(product.bytes);
        double[] squaresA = ToDoubles(xa.mul_(xa).sum(new long[] { 0 })),
            squaresB = ToDoubles(xb.mul_(xb).sum(new long[] { 0 }));

        double weight = (double)before * count / total;
        double[] deltaA = Shift(MeanA, batchA),
            deltaB = Shift(MeanB, batchB);
        for (int i = 0, at = 0; i < Units; i++)
        {
            SumSquaresA[i] += squaresA[i] + weight * deltaA[i] * deltaA[i];
            SumSquaresB[i] += squaresB[i] + weight * deltaB[i] * deltaB[i];
            double shift = weight * deltaB[i];
            for (int j = 0; j < Units; j++, at++)
                _cross[at] += cross[at] + shift * deltaA[j];
        }
        for (int i = 0; i < Units; i++)
        {
            MeanA[i] += deltaA[i] * count / total;
            MeanB[i] += deltaB[i] * count / total;
        }
        Samples = total;
    }

    /// <summary>[N, d, H, W] → [N·H·W, d], minus its mean over samples.</summary>
    private static (Tensor Centred, Tensor Mean) Centred(Tensor activations)
    {
        Tensor samples = (activations.dim() == 4 ? activations.permute(0, 2, 3, 1).reshape(-1, activations.shape[1]) : activations).to(
            ScalarType.Float32
        );
        Tensor mean = samples.mean(new long[] { 0 });
        return (samples.Minus(mean), mean);
    }

    private static double[] ToDoubles(Tensor values) => values.to(ScalarType.Float64).cpu().data<double>().ToArray();

    private static double[] Shift(double[] old, double[] batch) => [.. batch.Zip(old, (now, then) => now - then)];
}

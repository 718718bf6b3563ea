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
/// large sums are ever subtracted from each other. All of that happens where the activations are; the numbers come to the host together,
/// when one of them is asked for.
/// </remarks>
public sealed class CrossMoments : IDisposable
{
    private Tensor? _meanA, // float64 [d]
        _meanB,
        _squaresA,
        _squaresB,
        _cross; // float64 [d of B, d of A]
    private double[]? _read; // all of them, one after the other; null if there has been a batch since

    /// <summary>Starts empty.</summary>
    /// <param name="units">d.</param>
    public CrossMoments(int units) => Units = units;

    /// <summary>d.</summary>
    public int Units { get; }

    /// <summary>Samples seen.</summary>
    public long Samples { get; private set; }

    /// <summary>Means of A's units [d].</summary>
    public double[] MeanA => [.. Part(0)];

    /// <summary>Means of B's units [d].</summary>
    public double[] MeanB => [.. Part(1)];

    /// <summary>Variance of a unit of A over all samples (population).</summary>
    public double VarianceA(int unit) => Math.Max(0, Part(2)[unit] / Samples);

    /// <summary>Variance of a unit of B over all samples (population).</summary>
    public double VarianceB(int unit) => Math.Max(0, Part(3)[unit] / Samples);

    /// <summary>Covariance of unit <paramref name="b"/> of B with unit <paramref name="a"/> of A (population).</summary>
    public double Covariance(int b, int a) => Read()[4 * Units + b * Units + a] / Samples;

    /// <summary>Adds the activations of a batch.</summary>
    /// <param name="a">A's, [N, d] or [N, d, H, W].</param>
    /// <param name="b">B's, on the same images.</param>
    public void Add(Tensor a, Tensor b)
    {
        ComputeThreads.Enter();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Begin(a.device);
        (Tensor xa, Tensor batchA) = Centred(a);
        (Tensor xb, Tensor batchB) = Centred(b);
        long count = xa.shape[0],
            before = Samples,
            total = before + count;
        Tensor cross = xb.t().mm(xa).to(ScalarType.Float64),
            squaresA = xa.mul_(xa).sum(new long[] { 0 }).to(ScalarType.Float64),
            squaresB = xb.mul_(xb).sum(new long[] { 0 }).to(ScalarType.Float64),
            deltaA = batchA.Minus(_meanA!),
            deltaB = batchB.Minus(_meanB!);

        double weight = (double)before * count / total;
        Tensor shiftA = deltaA.Times(weight),
            shiftB = deltaB.Times(weight);
        _squaresA!.PlusInPlace(squaresA.PlusInPlace(shiftA.mul(deltaA)));
        _squaresB!.PlusInPlace(squaresB.PlusInPlace(shiftB.mul(deltaB)));
        _cross!.PlusInPlace(cross.PlusInPlace(shiftB.unsqueeze(1).mul(deltaA.unsqueeze(0))));
        _meanA!.PlusInPlace(deltaA.Times((double)count).DividedBy(total));
        _meanB!.PlusInPlace(deltaB.Times((double)count).DividedBy(total));
        Samples = total;
        _read = null;
    }

    /// <summary>Brings everything to the host and frees the sums: no batch can follow.</summary>
    internal void Settle()
    {
        Read();
        Dispose();
    }

    /// <summary>Frees the sums. What was read before stays readable.</summary>
    public void Dispose()
    {
        foreach (Tensor? sums in Sums)
            sums?.Dispose();
        _meanA = _meanB = _squaresA = _squaresB = _cross = null;
    }

    private Tensor?[] Sums => [_meanA, _meanB, _squaresA, _squaresB, _cross];

    private void Begin(Device device)
    {
        if (_cross is not null)
            return;
        ObjectDisposedException.ThrowIf(Samples > 0, this);
        Tensor Zeros(params long[] shape) => zeros(shape, ScalarType.Float64, device).DetachFromDisposeScope();
        (_meanA, _meanB, _squaresA, _squaresB) = (Zeros(Units), Zeros(Units), Zeros(Units), Zeros(Units));
        _cross = Zeros(Units, Units);
    }

    private ReadOnlySpan<double> Part(int index) => Read().AsSpan(index * Units, Units);

    private double[] Read()
    {
        if (_read is { } known)
            return known;
        using var scope = NewDisposeScope();
        return _read = _cross is null
            ? new double[(4 + Units) * Units]
            : HostRead.Values<double>(cat([.. Sums.Select(sums => sums!.view(-1))], 0));
    }

    /// <summary>[N, d, H, W] → [N·H·W, d], minus its mean over samples; and the mean, float64.</summary>
    private static (Tensor Centred, Tensor Mean) Centred(Tensor activations)
    {
        Tensor samples = (activations.dim() == 4 ? activations.permute(0, 2, 3, 1).reshape(-1, activations.shape[1]) : activations).to(
            ScalarType.Float32
        );
        Tensor mean = samples.mean(new long[] { 0 });
        return (samples.Minus(mean), mean.to(ScalarType.Float64));
    }
}

using Espalier.Collectives;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Execution;

/// <summary>Mean and variance of every channel over the batch of all ranks, the same bits on each.</summary>
/// <param name="Count">Values of a channel, of all ranks together: float64 [1], never read by the host.</param>
/// <param name="Mean">[C], float32 (float64 of such values).</param>
/// <param name="Variance">[C], of those values: not an estimate.</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record BatchMoments(Tensor Count, Tensor Mean, Tensor Variance, double Epsilon)
{
    /// <summary>Brings the ranks' parts together: one sum of 2 C + 1 numbers.</summary>
    /// <param name="x">[N, C] or [N, C, H, W], this rank's part, at least one image.</param>
    /// <param name="ranks">All of them.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static BatchMoments Of(Tensor x, ICollective ranks, double epsilon)
    {
        ComputeThreads.Enter();
        using var scope = NewDisposeScope();
        ScalarType type = TypeFor(x);
        long channels = x.shape[1],
            count = x.numel() / channels;
        // Σ x and Σ x² in float64, of this rank's mean and squares about it: as exact as one process's.
        (Tensor mean, Tensor squares) = Own(x, count, type);
        Tensor sum = mean.Times(count);
        Tensor sums = cat([sum, squares.addcmul_(mean, sum, Held.One), ones(1, ScalarType.Float64, x.device).Times(count)], 0);
        ranks.AllReduceSum(sums);
        Tensor all = sums.narrow(0, 2 * channels, 1);
        mean = sums.narrow(0, 0, channels).div(all);
        Tensor variance = sums.narrow(0, channels, channels).div(all).addcmul_(mean, mean, Held.MinusOne).clamp_(Held.Zero, null);
        return new BatchMoments(
            all.MoveToOuterDisposeScope(),
            mean.to(type).MoveToOuterDisposeScope(),
            variance.to(type).MoveToOuterDisposeScope(),
            epsilon
        );
    }

    /// <summary>Mean of this rank's values, and the sum of squares about it: float64 [C] each.</summary>
    private static (Tensor Mean, Tensor Squares) Own(Tensor x, long count, ScalarType type)
    {
        Tensor mean = zeros(x.shape[1], type, x.device),
            variance = zeros_like(mean);
        if (count == 1)
            mean = x.detach().reshape(-1).to(type);
        else // what the batch-norm of one process does, which leaves the statistics of its batch where it is told to remember no other
            Functional.batch_norm(x.detach(), mean, variance, null!, null!, training: true, momentum: 1).Dispose();
        return (mean.to(ScalarType.Float64), variance.to(ScalarType.Float64).Times(count - 1));
    }

    private static ScalarType TypeFor(Tensor x) => x.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Moves running statistics, the variance without the bias of a sample's.</summary>
    /// <param name="runningMean">[C].</param>
    /// <param name="runningVariance">[C].</param>
    /// <param name="momentum">Weight of this batch.</param>
    public void Move(Tensor runningMean, Tensor runningVariance, double momentum)
    {
        using var scope = NewDisposeScope();
        runningMean.TimesInPlace(1 - momentum).PlusInPlace(Mean.Times(momentum));
        Tensor sample = Variance.mul(Count.div(Count.Plus(-1))).to(Variance.dtype);
        runningVariance.TimesInPlace(1 - momentum).PlusInPlace(sample.Times(momentum));
    }

    /// <summary>w (x − μ) / √(σ² + ε) + b.</summary>
    public Tensor Normalized(Tensor x, Tensor? weight, Tensor? bias) =>
        Functional.batch_norm(x, Mean, Variance, weight, bias, training: false, eps: Epsilon);

    /// <summary>The gradients of x, w and b (Ioffe and Szegedy 2015): those of w and b of this rank's images alone.</summary>
    /// <param name="gradient">Of the result, as x.</param>
    /// <param name="x">As it was normalised.</param>
    /// <param name="weight">[C]; null for 1.</param>
    /// <param name="ranks">All of them: one sum of 2 C numbers.</param>
    public (Tensor X, Tensor Weight, Tensor Bias) Backward(Tensor gradient, Tensor x, Tensor? weight, ICollective ranks)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor wide = x.detach().to(Mean.dtype),
            given = gradient.to(Mean.dtype);
        long channels = x.shape[1];
        long[] others = [.. Enumerable.Range(0, (int)x.dim()).Where(axis => axis != 1).Select(axis => (long)axis)];
        Tensor ofBias = given.sum(others),
            ofWeight = Normalized(wide, null, null).mul_(given).sum(others);
        Tensor means = cat([ofBias, ofWeight], 0).to(ScalarType.Float64);
        ranks.AllReduceSum(means);
        means = means.div(Count).to(Mean.dtype);
        Tensor scale = Variance.Plus(Epsilon).rsqrt_();
        if (weight is not null)
            scale.mul_(weight.detach());
        // s (g − mean g − x̂ mean(g x̂)), the last two terms of which are a batch-norm of x.
        Tensor back = scale.Times(-1);
        Tensor ofX = Normalized(wide, back.mul(means.narrow(0, channels, channels)), back.mul(means.narrow(0, 0, channels)));
        ofX.addcmul_(given, scale.view([.. Enumerable.Range(0, (int)x.dim()).Select(axis => axis == 1 ? channels : 1L)]), Held.One);
        return (ofX.to(x.dtype).MoveToOuterDisposeScope(), ofWeight.MoveToOuterDisposeScope(), ofBias.MoveToOuterDisposeScope());
    }
}

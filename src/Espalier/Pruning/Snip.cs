using Espalier.Data;
using Espalier.Execution;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;
using Reduction = TorchSharp.torch.nn.Reduction;

namespace Espalier.Pruning;

/// <summary>
/// SNIP (Lee et al. 2019): prunes once, before training, the weights whose removal would change the loss least to first order, |g · w|.
/// </summary>
public static class Snip
{
    /// <summary>Batches unless asked for otherwise.</summary>
    public const int UsualBatches = 1;

    /// <summary>
    /// Keeps exactly <paramref name="kept"/> weights: those of largest |g · w|, and among equals those that come first in the flat layout.
    /// </summary>
    /// <param name="weights">Where the gradient is taken.</param>
    /// <param name="mask">What is still kept; usually everything.</param>
    /// <param name="kept">Weights to keep in the prunable arrays.</param>
    /// <param name="images">Training images; their device and type decide where and how it is computed.</param>
    /// <param name="random">Draws the images.</param>
    /// <param name="batches">Batches that the gradient is the mean over, at least 1.</param>
    /// <param name="batchSize">Images a batch.</param>
    /// <exception cref="InputException">There are fewer images or weights, the mask is of another network, or the loss is not
    /// finite.</exception>
    public static Mask Prune(
        WeightSet weights,
        Mask mask,
        long kept,
        BatchSource images,
        RandomStream random,
        int batches = UsualBatches,
        int batchSize = 128
    )
    {
        using var scope = NewDisposeScope();
        return GlobalScores.Keep(Scores(weights, mask, images, random, batches, batchSize), mask, kept);
    }

    /// <summary>|g · w| of every value, g the gradient of the mean cross-entropy with batch-norm as in training; 0 where pruned.</summary>
    /// <inheritdoc cref="Prune" path="/param|/exception"/>
    /// <returns>Float32 [P] on the CPU, in the caller's dispose scope.</returns>
    public static Tensor Scores(
        WeightSet weights,
        Mask mask,
        BatchSource images,
        RandomStream random,
        int batches = UsualBatches,
        int batchSize = 128
    )
    {
        weights.Layout.MustFit(mask.Layout, "mask");
        ScoredImages.MustSuffice("SNIP", images, batches, batchSize);
        using var scope = NewDisposeScope();
        Tensor values = weights.Values.masked_fill(mask.Pruned, Held.Zero).to(images.Device).requires_grad_(true);
        Tensor statistics = weights.Statistics.to(images.Device, copy: true); // training mode updates them
        var pass = new ForwardPass(weights.Network);
        foreach (Batch batch in images.Epoch(random, batchSize).Take(batches))
        {
            using var inner = NewDisposeScope();
            using (batch)
            using (NodeArrays arrays = NodeArrays.Of(weights.Layout, values, values.to(images.Type), statistics))
                Functional.cross_entropy(pass.Run(arrays, batch.Images, training: true), batch.Labels, reduction: Reduction.Sum).backward();
        }
        using var guard = no_grad();
        using Scalar count = Held.Number((double)batches * batchSize);
        return HostRead.Whole(values.grad!.mul(values).abs().div(count)).MoveToOuterDisposeScope();
    }
}

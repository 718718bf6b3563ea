using Espalier.Data;
using Espalier.Execution;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// Fisher pruning (Theis et al. 2018): near a minimum the loss rises by about ½ Hᵢᵢ θᵢ² without weight i (optimal brain damage,
/// LeCun et al. 1990), and the diagonal of the Hessian is about the mean of squared gradients of single images, the empirical Fisher
/// information.
/// </summary>
public static class Fisher
{
    /// <summary>Images unless asked for otherwise.</summary>
    public const int UsualImages = 256;

    /// <summary>½ θ² · mean of (∂Lₙ/∂θ)² over images n, each by itself, with batch-norm as in a test; 0 where pruned.</summary>
    /// <param name="weights">Where gradients are taken.</param>
    /// <param name="mask">What is still kept.</param>
    /// <param name="images">Training images; their device and type decide where and how it is computed.</param>
    /// <param name="random">Draws the images.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>[P] on the CPU, float32, of float64 images float64; in the caller's dispose scope.</returns>
    /// <exception cref="InputException">There are fewer images, or the mask is of another network.</exception>
    public static Tensor Scores(WeightSet weights, Mask mask, BatchSource images, RandomStream random, int count = UsualImages)
    {
        ScoredImages.MustSuffice("Fisher pruning", images, count, batchSize: 1);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var differentiation = new Differentiation(weights, mask) { NormalizesByBatch = false };
        Tensor? sum = null;
        foreach (Batch image in images.Epoch(random, batchSize: 1).Take(count))
            using (image)
            {
                using LossGradients gradients = differentiation.Of(image);
                sum ??= zeros_like(gradients.OfMask);
                sum.addcmul_(gradients.OfMask, gradients.OfMask, Held.One);
            }
        return HostRead.Whole(sum!.DividedBy(2.0 * count)).masked_fill(mask.Pruned, Held.Zero).MoveToOuterDisposeScope();
    }
}

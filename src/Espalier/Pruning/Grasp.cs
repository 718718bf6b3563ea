using Espalier.Data;
using Espalier.Execution;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Pruning;

/// <summary>
/// GraSP (Wang, Zhang and Grosse 2020): prunes once, before training, the weights whose removal leaves the most of the flow of gradients,
/// gᵀg. To first order the removal of θ changes it by −2 θ ⊙ Hg, H the Hessian of the loss; kept are the largest θ ⊙ Hg.
/// </summary>
/// <remarks>
/// As in the authors' code: g and Hg are taken by the weights of convolutions and linear layers alone, of the cross-entropy of logits
/// divided by a temperature of 200, with batch-norm as in training, and Hg exactly, by differentiating gᵀ∇L once more. Unlike theirs
/// the images are drawn as in training, not equally many of each class, and linear layers are not initialized anew.
/// </remarks>
public static class Grasp
{
    /// <summary>Batches unless asked for otherwise.</summary>
    public const int UsualBatches = 1;

    /// <summary>What logits are divided by unless asked for otherwise.</summary>
    public const double UsualTemperature = 200;

    /// <summary>
    /// Keeps exactly <paramref name="kept"/> weights: those of largest θ ⊙ Hg, and among equals those that come first in the flat
    /// layout.
    /// </summary>
    /// <param name="weights">Where gradient and Hessian are taken.</param>
    /// <param name="mask">What is still kept; usually everything.</param>
    /// <param name="kept">Weights to keep in the prunable arrays.</param>
    /// <param name="images">Training images; their device and type decide where and how it is computed.</param>
    /// <param name="random">Draws the images.</param>
    /// <param name="batches">Batches that the loss is the mean over, at least 1.</param>
    /// <param name="batchSize">Images a batch.</param>
    /// <param name="temperature">What logits are divided by, more than 0; 1 for the loss as it is.</param>
    /// <exception cref="InputException">There are fewer images or weights, the mask is of another network, the temperature is impossible,
    /// or a score is not finite.</exception>
    public static Mask Prune(
        WeightSet weights,
        Mask mask,
        long kept,
        BatchSource images,
        RandomStream random,
        int batches = UsualBatches,
        int batchSize = 128,
        double temperature = UsualTemperature
    )
    {
        using var scope = NewDisposeScope();
        return GlobalScores.Keep(Scores(weights, mask, images, random, batches, batchSize, temperature), mask, kept);
    }

    /// <summary>θ ⊙ Hg of every value; 0 where pruned, and outside weights.</summary>
    /// <inheritdoc cref="Prune" path="/param|/exception"/>
    /// <returns>[P] on the CPU, in the type of the images or float32, whichever is finer; in the caller's dispose scope.</returns>
    public static Tensor Scores(
        WeightSet weights,
        Mask mask,
        BatchSource images,
        RandomStream random,
        int batches = UsualBatches,
        int batchSize = 128,
        double temperature = UsualTemperature
    )
    {
        ScoredImages.MustSuffice("GraSP", images, batches, batchSize);
        var drawn = new List<Batch>();
        try
        {
            foreach (Batch batch in images.Epoch(random, batchSize).Take(batches))
                drawn.Add(batch); // one after the other: whatever cannot be drawn, those before it are given back
            return Scores(weights, mask, drawn, temperature);
        }
        finally
        {
            foreach (Batch batch in drawn)
                batch.Dispose();
        }
    }

    /// <summary>θ ⊙ Hg on given batches of one size.</summary>
    internal static Tensor Scores(WeightSet weights, Mask mask, IReadOnlyList<Batch> batches, double temperature)
    {
        weights.Layout.MustFit(mask.Layout, "mask");
        if (temperature is not (> 0 and < 1e6))
            throw new InputException($"GraSP at temperature {temperature} is impossible; expected more than 0 and less than 1000000.");
        using var scope = NewDisposeScope();
        (Device device, ScalarType type) = (batches[0].Images.device, batches[0].Images.dtype);
        ScalarType master = type == ScalarType.Float64 ? type : ScalarType.Float32;
        Tensor values = weights.Values.masked_fill(mask.Pruned, Held.Zero).to(master, device).requires_grad_(true),
            statistics = weights.Statistics.to(master, device, copy: true), // training mode updates them
            places = WeightPlaces.Of(weights.Layout, device).masked_fill_(mask.Pruned.to(device), Held.Zero).to(master),
            gradient = zeros_like(values);
        var pass = new ForwardPass(weights.Network);
        foreach (Batch batch in batches)
        {
            using var inner = NewDisposeScope();
            gradient.PlusInPlace(Slope(batch, forHessian: false));
        }
        gradient.mul_(places);
        foreach (Batch batch in batches)
        {
            using var inner = NewDisposeScope();
            Slope(batch, forHessian: true).mul(gradient).sum().backward(); // values.grad gains Hg
        }
        using var guard = no_grad();
        return HostRead.Whole(values.grad!.mul(values).mul_(places)).MoveToOuterDisposeScope();

        // ∂L/∂θ of one batch's share of the mean loss.
        Tensor Slope(Batch batch, bool forHessian)
        {
            using NodeArrays arrays = NodeArrays.Of(weights.Layout, values, values.to(type), statistics);
            Tensor logits = pass.Run(arrays, batch.Images, training: true).DividedBy(temperature),
                loss = Functional.cross_entropy(logits, batch.Labels).DividedBy(batches.Count);
            return autograd.grad([loss], [values], retain_graph: forHessian, create_graph: forHessian)[0];
        }
    }
}

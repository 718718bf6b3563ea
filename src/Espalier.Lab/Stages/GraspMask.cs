using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>GraSP's mask of the weights that training starts from, found on training images without augmentation in float32.</summary>
public sealed class GraspMask(PruneStage pruned, int batches, int batchSize, double temperature, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "grasp",
            Kept,
            Prunable = Names,
            Batches = batches,
            BatchSize = batchSize,
            Temperature = temperature,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask dense = Dense(start);
        var random = new RandomStream(seed, "grasp.images");
        return Grasp.Prune(start, dense, Kept, Images(run), random, batches, batchSize, temperature);
    }
}

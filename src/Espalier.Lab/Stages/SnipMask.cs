using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>SNIP's mask of the weights that training starts from, found on training images without augmentation in float32.</summary>
public sealed class SnipMask(PruneStage pruned, int batches, int batchSize, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "snip",
            Kept,
            Prunable = Names,
            Batches = batches,
            BatchSize = batchSize,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask dense = Dense(start);
        return Snip.Prune(start, dense, Kept, Images(run), new RandomStream(seed, "snip.images"), batches, batchSize);
    }
}

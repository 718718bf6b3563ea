using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>Control: each layer's mask shuffled. It has the ticket's layer densities and nothing else of it.</summary>
public sealed class LayerShuffledMask(PruneStage pruned, long seed) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "shuffled-layer", Seed = seed };

    /// <inheritdoc/>
    public override bool HoldsTicket => false;

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask mask = Read(run);
        return RandomMasks.ShuffledLayers(mask, new RandomStream(seed, "control.layers"));
    }
}

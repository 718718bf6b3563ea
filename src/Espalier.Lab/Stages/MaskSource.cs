using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Where the mask of a sparse training comes from. What it is made of is read from the artefacts of <see cref="Inputs"/>.
/// </summary>
/// <param name="pruned">The pruned network whose mask, or whose number of weights, it takes.</param>
public abstract class MaskSource(PruneStage pruned)
{
    /// <summary>The pruned network.</summary>
    protected PruneStage Pruned => pruned;

    /// <summary>Stages it reads.</summary>
    public virtual IReadOnlyList<Stage> Inputs => [pruned];

    /// <summary>Its sparsity, for titles.</summary>
    public string Title => $"{Share.Percent(1 - (double)pruned.Kept / pruned.Prunable.Sum(p => (long)p.Count))}%";

    /// <summary>The seed of the network that was pruned.</summary>
    public long Seed => pruned.Seed;

    /// <summary>Everything the mask depends on beside the inputs.</summary>
    public abstract object Options { get; }

    /// <summary>Weights that it keeps, and that a mask which changes keeps at the end.</summary>
    public long Kept => pruned.Kept;

    /// <summary>Whether the places that it keeps are the pruned network's, perhaps moved: its weights then belong to them.</summary>
    public virtual bool HoldsTicket => true;

    /// <summary>What must be there for <see cref="Ticket"/> beside <see cref="Inputs"/>.</summary>
    public IReadOnlyList<Stage> InputsOfTicket => Inputs.Contains(pruned) ? [] : [pruned];

    /// <summary>Whether the pruned network came of a dense one; of the one that training starts from it is that one's own ticket.</summary>
    public bool IsOf(DenseStage start)
    {
        Stage root = pruned;
        while (root is PruneStage)
            root = root.Inputs[0];
        return root.Id == start.Id;
    }

    /// <summary>The pruned network's weights, moved by what moves the mask; a mask that is not moved leaves them where they are.</summary>
    /// <param name="run">Gives the inputs.</param>
    /// <returns>The caller disposes it.</returns>
    public virtual WeightSet Ticket(StageRun run) => WeightsFile.Read(run.File(pruned, INetworkStage.Weights), pruned.Model.Network);

    /// <summary>Makes the mask.</summary>
    /// <param name="run">Gives the inputs and images.</param>
    /// <param name="start">The weights that training starts from, dense.</param>
    public abstract Mask Make(StageRun run, WeightSet start);

    /// <summary>The pruned network's mask.</summary>
    protected Mask Read(StageRun run) => MaskFile.Read(run.File(pruned, PruneStage.MaskName), pruned.Model.Network);
}

/// <summary>The mask as pruning left it: the ticket, used as it is (LTH, naive, B's own).</summary>
public sealed class PrunedMask(PruneStage pruned) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "pruned" };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) => Read(run);
}

/// <summary>
/// π(m): the mask moved through weight symmetry (equation 2). The match is a stage that leaves a <see cref="MatchStage.PermutationName"/>.
/// </summary>
public sealed class MovedMask(PruneStage pruned, Stage match) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Inputs => [Pruned, match];

    /// <inheritdoc/>
    public override object Options => new { Source = "moved" };

    /// <summary>The stage of π.</summary>
    public Stage Match => match;

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask mask = Read(run);
        return Permutation(run).Apply(mask);
    }

    /// <inheritdoc/>
    public override WeightSet Ticket(StageRun run)
    {
        using WeightSet weights = base.Ticket(run);
        return Permutation(run).Apply(weights);
    }

    private Permutation Permutation(StageRun run) =>
        PermutationFile.Read(run.File(match, MatchStage.PermutationName), Pruned.Model.Network);
}

/// <summary>
/// Control: the mask under a random permutation of every group. It has all of the ticket's structure and none of its alignment.
/// </summary>
public sealed class UnitShuffledMask(PruneStage pruned, long seed) : MaskSource(pruned)
{
    /// <inheritdoc/>
    public override object Options => new { Source = "shuffled-units", Seed = seed };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start)
    {
        using Mask mask = Read(run);
        return Permutation.Apply(mask);
    }

    /// <inheritdoc/>
    public override WeightSet Ticket(StageRun run)
    {
        using WeightSet weights = base.Ticket(run);
        return Permutation.Apply(weights);
    }

    private Permutation Permutation =>
        Permutation.Uniform(Networks.PermutationGroups.Of(Pruned.Model.Network), new RandomStream(seed, "control.units"));
}

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

/// <summary>Control: a random mask of the same size with the densities of Erdős-Rényi-Kernel. It needs no trained network.</summary>
public sealed class RandomErkMask(PruneStage pruned, long seed) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = "erk-random",
            Kept,
            Prunable = Names,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) =>
        ErdosRenyiKernel.Random(start.Layout, Pruned.Prunable, Kept, new RandomStream(seed, "control.erk"));
}

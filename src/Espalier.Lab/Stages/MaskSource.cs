using Espalier.Lab.Engine;
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

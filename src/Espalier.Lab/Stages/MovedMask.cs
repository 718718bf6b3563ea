using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

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
        PermutationFile.ReadMove(run.File(match, MatchStage.PermutationName), Pruned.Model.Network);
}

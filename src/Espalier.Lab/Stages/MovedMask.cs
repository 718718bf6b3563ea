using Espalier.Lab.Engine;
using Espalier.Symmetry;

namespace Espalier.Lab.Stages;

/// <summary>
/// π(m): the mask moved through weight symmetry (equation 2). The match is a stage that leaves a <see cref="MatchStage.PermutationName"/>.
/// </summary>
public sealed class MovedMask(PruneStage pruned, Stage match) : PermutedMask(pruned)
{
    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Inputs => [Pruned, match];

    /// <inheritdoc/>
    public override object Options => new { Source = "moved" };

    /// <summary>The stage of π.</summary>
    public Stage Match => match;

    /// <inheritdoc/>
    protected override Permutation Move(StageRun run) =>
        PermutationFile.ReadMove(run.File(match, MatchStage.PermutationName), Pruned.Model.Network);
}

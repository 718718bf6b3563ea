using Espalier.Lab.Engine;
using Espalier.Lab.Stages;

namespace Espalier.Lab.Design.Planning;

/// <summary>How differently a sparse network and A's own ticket predict.</summary>
/// <param name="Cell">The sparse network's.</param>
/// <param name="Pair">Measures both, the ticket first.</param>
public sealed record PlannedComparison(PlannedCell Cell, EnsembleStage Pair) : PlannedStudy(Cell.Model, Cell.Seed)
{
    /// <inheritdoc/>
    public override IEnumerable<Stage> Stages => [Pair];
}

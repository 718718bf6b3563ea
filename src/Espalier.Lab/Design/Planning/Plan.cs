using Espalier.Lab.Engine;

namespace Espalier.Lab.Design.Planning;

/// <summary>The graph of stages that a grid needs, and what they are to give. What two cells have in common is in it once.</summary>
public sealed class Plan : StageGraph
{
    /// <summary>Gathers the stages of all cells, and of what else is wanted.</summary>
    /// <param name="cells">The numbers to give.</param>
    /// <param name="extras">Stages wanted beside them.</param>
    public Plan(IEnumerable<PlannedCell> cells, IEnumerable<Stage> extras)
        : this(cells, [], extras) { }

    /// <summary>Gathers the stages of all cells and studies, and of what else is wanted.</summary>
    /// <param name="cells">The numbers to give.</param>
    /// <param name="studies">What is measured between and beyond them.</param>
    /// <param name="extras">Stages wanted beside them.</param>
    /// <exception cref="InvalidOperationException">A number is there twice for one seed.</exception>
    public Plan(IEnumerable<PlannedCell> cells, IEnumerable<PlannedStudy> studies, IEnumerable<Stage> extras)
        : this([.. cells], [.. studies], extras) { }

    private Plan(PlannedCell[] cells, PlannedStudy[] studies, IEnumerable<Stage> extras)
        : base(cells.Select(cell => cell.Stage).Concat(studies.SelectMany(study => study.Stages)).Concat(extras)) =>
        (Cells, Studies) = (OncePerSeed.Of(cells, cell => cell with { Stage = null! }, "cell"), studies);

    /// <summary>The same with stages of one's own, which read those of this plan.</summary>
    public Plan With(IEnumerable<Stage> extras) => new(Cells, Studies, Stages.Concat(extras));

    /// <summary>The numbers to give.</summary>
    public IReadOnlyList<PlannedCell> Cells { get; }

    /// <summary>What is measured between and beyond trained networks.</summary>
    public IReadOnlyList<PlannedStudy> Studies { get; }
}

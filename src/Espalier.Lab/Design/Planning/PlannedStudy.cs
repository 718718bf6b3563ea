using Espalier.Lab.Engine;

namespace Espalier.Lab.Design.Planning;

/// <summary>Something that a plan is to measure between or beyond trained networks.</summary>
/// <param name="Model">The network's title.</param>
/// <param name="Seed">The run's seed; of several, the first.</param>
public abstract record PlannedStudy(string Model, long Seed)
{
    /// <summary>The stages that measure it.</summary>
    public abstract IEnumerable<Stage> Stages { get; }
}

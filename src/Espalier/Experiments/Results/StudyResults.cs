namespace Espalier.Experiments.Results;

/// <summary>What was measured between and beyond trained networks.</summary>
/// <param name="Barriers">Curves between two networks.</param>
/// <param name="Planes">Planes through three.</param>
/// <param name="Ensembles">Several networks of one method, together.</param>
public sealed record StudyResults(IReadOnlyList<BarrierResult> Barriers, IReadOnlyList<PlaneResult> Planes, IReadOnlyList<EnsembleResult> Ensembles)
{
    /// <summary>Nothing.</summary>
    public static StudyResults None { get; } = new([], [], []);
}

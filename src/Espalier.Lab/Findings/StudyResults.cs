using System.Text.Json.Serialization;
using Espalier.Lab.Design;

namespace Espalier.Lab.Findings;

/// <summary>What was measured between and beyond trained networks.</summary>
/// <param name="Barriers">Curves between two networks.</param>
/// <param name="Planes">Planes through three.</param>
/// <param name="Ensembles">Several networks of one method, together.</param>
/// <exception cref="InvalidOperationException">A curve is there twice for one seed.</exception>
public sealed record StudyResults(
    IReadOnlyList<BarrierResult> Barriers,
    IReadOnlyList<PlaneResult> Planes,
    IReadOnlyList<EnsembleResult> Ensembles
)
{
    /// <summary>Curves between two networks; one a pair of networks, correction and seed.</summary>
    [JsonPropertyOrder(-1)] // before the others, as declared
    public IReadOnlyList<BarrierResult> Barriers
    {
        get;
        init => field = Once(value);
    } = Once(Barriers);

    /// <summary>Nothing.</summary>
    public static StudyResults None { get; } = new([], [], []);

    private static IReadOnlyList<BarrierResult> Once(IReadOnlyList<BarrierResult> barriers) =>
        OncePerSeed.Of(
            barriers,
            barrier => (barrier.Model, barrier.Study, barrier.Aligned, barrier.Correction, barrier.Sparsity, barrier.Seed),
            "barrier"
        );
}

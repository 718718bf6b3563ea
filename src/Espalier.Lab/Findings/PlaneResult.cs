using System.Text.Json.Serialization;
using Espalier.Connectivity;

namespace Espalier.Lab.Findings;

/// <summary>Loss and 0-1 error over the plane through three networks, on test images.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Sparsity">S of the sparse ones; null for networks given as files.</param>
/// <param name="RewindEpoch">k of the sparse ones; null likewise.</param>
/// <param name="Names">What the three are.</param>
/// <param name="Points">Where they lie.</param>
/// <param name="Distances">First to second, first to third, second to third.</param>
/// <param name="X">Of each column, ascending.</param>
/// <param name="Y">Of each row measured so far, ascending.</param>
/// <param name="Loss">By row and column; null, a hole, where it is not finite.</param>
/// <param name="ErrorPercent">Likewise.</param>
/// <param name="Rows">Rows in all.</param>
public sealed record PlaneResult(
    string Model,
    long Seed,
    double? Sparsity,
    int? RewindEpoch,
    IReadOnlyList<string> Names,
    IReadOnlyList<PlanePoint> Points,
    IReadOnlyList<double> Distances,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<IReadOnlyList<double?>> Loss,
    IReadOnlyList<IReadOnlyList<double?>> ErrorPercent,
    int Rows
)
{
    /// <summary>The least error on the plane so far; null where none is finite.</summary>
    [JsonIgnore]
    public double? LeastErrorPercent => ErrorPercent.SelectMany(row => row).Min();
}

using System.Text.Json.Serialization;
using Espalier.Matching;

namespace Espalier.Lab.Findings;

/// <summary>How well A was matched with B.</summary>
/// <param name="Model">The network.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="MatchEpoch">Epoch of B.</param>
/// <param name="Groups">One entry a group.</param>
public sealed record MatchResult(string Model, long Seed, int MatchEpoch, IReadOnlyList<GroupMatch> Groups)
{
    /// <summary>Some scores of some groups, for pictures; none where none were kept.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScoreSample> Samples { get; init; } = [];
}

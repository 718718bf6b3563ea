using System.Text.Json.Serialization;

namespace Espalier.Matching;

/// <summary>How well one group's units were matched.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Units">Units matched.</param>
/// <param name="MeanScore">Mean score of the matched pairs.</param>
/// <param name="IdentityScore">Mean score had nothing been permuted.</param>
/// <param name="MeanMargin">Mean over B's units of the matched score minus the best other score of that unit; negative where a unit did not
/// get its own best.</param>
/// <param name="DeadA">Units of A that never vary.</param>
/// <param name="DeadB">Units of B that never vary.</param>
public sealed record GroupMatch(string Group, int Units, double MeanScore, double IdentityScore, double MeanMargin, int DeadA, int DeadB)
{
    /// <summary>Some of the scores, to be looked at; null where they are read from a summary.</summary>
    [JsonIgnore]
    public ScoreSample? Sample { get; init; }
}

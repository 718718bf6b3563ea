using System.Text.Json.Serialization;

namespace Espalier.Lab.Findings;

/// <summary>A line of table 1.</summary>
/// <param name="Model">The network.</param>
/// <param name="Method">As in <see cref="ResultCell"/>.</param>
/// <param name="Sparsity">S; 0 for dense networks.</param>
/// <param name="RewindEpoch">k; null where there is none.</param>
/// <param name="MemberAccuraciesPercent">Test accuracy of each member.</param>
/// <param name="AccuracyPercent">Of the mean of their probabilities.</param>
/// <param name="Disagreement">Share of images that two members classify differently, mean over pairs.</param>
/// <param name="KullbackLeibler">Mean over ordered pairs, nats.</param>
/// <param name="JensenShannon">Mean over pairs, nats.</param>
/// <param name="NegativeLogLikelihood">Of the ensemble, nats.</param>
/// <param name="MemberNegativeLogLikelihood">Mean of the members.</param>
/// <param name="CalibrationError">Of the ensemble.</param>
/// <param name="MemberCalibrationError">Mean of the members.</param>
/// <param name="UniformSoupPercent">Test accuracy of the mean of their aligned weights; null where they are not aligned.</param>
/// <param name="GreedySoupPercent">Likewise, of the members that greed takes.</param>
/// <param name="GreedySoupMembers">How many it takes.</param>
public sealed record EnsembleResult(
    string Model,
    string Method,
    double Sparsity,
    int? RewindEpoch,
    IReadOnlyList<double> MemberAccuraciesPercent,
    double AccuracyPercent,
    double Disagreement,
    double KullbackLeibler,
    double JensenShannon,
    double NegativeLogLikelihood,
    double MemberNegativeLogLikelihood,
    double CalibrationError,
    double MemberCalibrationError,
    double? UniformSoupPercent,
    double? GreedySoupPercent,
    int? GreedySoupMembers
)
{
    /// <summary>Test accuracy of the members, in per cent.</summary>
    [JsonIgnore]
    public MeanStd Members => MeanStd.Of(MemberAccuraciesPercent);

    /// <summary>What the ensemble reaches above the mean member, in points.</summary>
    [JsonIgnore]
    public double GainPercent => AccuracyPercent - Members.Mean;
}

using Espalier.Diversity;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>How differently several networks predict, and how good they are together, on all test images (section 4.2, table 1).</summary>
/// <param name="name">The method, for the title.</param>
/// <param name="members">At least two.</param>
public sealed class EnsembleStage(string name, IReadOnlyList<StageNetwork> members) : Stage(StageNetwork.InputsOf(members))
{
    /// <summary>Prefix of the numbers that are a member's test accuracy.</summary>
    public const string Member = "member_accuracy_percent/";

    /// <inheritdoc/>
    public override string Kind => "ensemble";

    /// <inheritdoc/>
    public override string Title => $"ensemble of {members.Count} {name}";

    /// <inheritdoc/>
    public override object Options => new { Members = members.Select(member => member.Options) };

    /// <inheritdoc/>
    public override double Flops => members.Count * members[0].Network.Model.FlopsPerImage / 3 * members[0].Network.Data.Facts.TestImages;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        TrainingData data = run.Images(members[0].Network.Data, new TrainingOptions { Precision = Precision.Float32 });
        var predictions = new List<Predictions>();
        foreach (StageNetwork member in members)
        {
            run.Cancel.ThrowIfCancellationRequested();
            using WeightSet weights = member.Read(run);
            predictions.Add(Predictions.Of(weights, data.Test));
            run.Report((double)predictions.Count / members.Count);
        }
        EnsembleReport report = EnsembleReport.Of(predictions, data.Set.Test.Labels);
        var numbers = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["ensemble_accuracy_percent"] = report.Ensemble.AccuracyPercent,
            ["ensemble_negative_log_likelihood"] = report.Ensemble.NegativeLogLikelihood,
            ["ensemble_calibration_error"] = report.Ensemble.CalibrationError,
            ["disagreement"] = report.Diversity.Disagreement,
            ["kl_divergence"] = report.Diversity.KullbackLeibler,
            ["js_divergence"] = report.Diversity.JensenShannon,
            ["negative_log_likelihood"] = report.Members.Average(member => member.NegativeLogLikelihood),
            ["calibration_error"] = report.Members.Average(member => member.CalibrationError),
        };
        for (int i = 0; i < members.Count; i++)
            numbers[Member + i] = report.Members[i].AccuracyPercent;
        return new StageResult(numbers);
    }
}

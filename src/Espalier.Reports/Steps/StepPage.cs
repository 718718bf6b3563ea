using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Reports.Drawing;
using Espalier.Reports.Figures;
using Espalier.Reports.Html;
using Espalier.Reports.Tables;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Reports.Steps;

/// <summary>
/// The page of a single step: one file that needs nothing else and no network, as a report's. The same step gives the same bytes.
/// </summary>
public static class StepPage
{
    /// <summary>Of a training: its curves, its mask if it is sparse, and its network.</summary>
    /// <param name="step">What it was.</param>
    /// <param name="network">The network.</param>
    /// <param name="metrics">One entry an epoch.</param>
    /// <param name="mask">What was kept; null where all was.</param>
    public static string OfTraining(Step step, Network network, IReadOnlyList<EpochMetrics> metrics, Mask? mask)
    {
        ArgumentNullException.ThrowIfNull(step);
        var page = new StepParts(step);
        page.Add("curves", "Training curves", StepFigures.Curves(metrics), "Every epoch, as numbers", Epochs(metrics));
        if (mask is not null)
            page.Add("mask", "The mask", [StepFigures.Densities([("m", mask)]), .. MaskFigure.Of(step.Network, "m", mask)]);
        return page.Of(network);
    }

    /// <summary>Of a pruning: accuracy by sparsity, what the masks keep, and the last fine-tuning.</summary>
    /// <param name="step">What it was.</param>
    /// <param name="pruned">At least one target, in ascending sparsity.</param>
    public static string OfPruning(Step step, IReadOnlyList<PrunedNetwork> pruned)
    {
        ArgumentNullException.ThrowIfNull(step);
        var page = new StepParts(step);
        if (StepFigures.Targets(pruned) is { } targets)
            page.Add("accuracy", "Accuracy", [targets]);
        PrunedNetwork last = pruned[^1];
        string sparsest = Numbers.Percent(last.Mask.Sparsity);
        page.Add(
            "masks",
            "The masks",
            [
                StepFigures.Densities([.. pruned.Select(network => (Numbers.Percent(network.Mask.Sparsity), network.Mask))]),
                .. MaskFigure.Of(step.Network, sparsest, last.Mask),
            ]
        );
        page.Add(
            "curves",
            $"Fine-tuning at {sparsest}",
            StepFigures.Curves(last.Training.Metrics),
            "Every epoch, as numbers",
            Epochs(last.Training.Metrics)
        );
        return page.Of(last.Mask.Network);
    }

    /// <summary>Of a match: scores by group, pairs of units, where they move, and signs.</summary>
    /// <param name="step">What it was.</param>
    /// <param name="match">What was found.</param>
    public static string OfMatch(Step step, Match match)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(match);
        var page = new StepParts(step);
        if (match.Groups.Count > 0)
            page.Add(
                "scores",
                "Scores",
                [
                    MatchFigure.Draw(
                        GroupScores.Of([new MatchResult(step.Network, 0, 0, match.Groups)]),
                        "matching",
                        "Matching of A with B, by group",
                        ""
                    ),
                    .. MatrixFigures.Of("", step.Network, "", ScoreSample.Chosen(match)),
                ]
            );
        if (StepFigures.Signs(match.Signs, match.IdentitySigns) is { } signs)
            page.Add("signs", "Signs", [signs]);
        return page.Of(match.Permutation.Groups.Network);
    }

    private static Table Epochs(IReadOnlyList<EpochMetrics> metrics) =>
        new(
            "epochs",
            "Loss and accuracy in % after each epoch.",
            ["epoch", "learning rate", "training loss", "training accuracy", "test loss", "test accuracy"],
            1,
            [
                .. metrics.Select(epoch =>
                    (IReadOnlyList<Cell>)
                        [
                            Numbers.Count(epoch.Epoch),
                            Numbers.Short(epoch.LearningRate, 6),
                            Numbers.Fixed(epoch.TrainLoss, 4),
                            Numbers.Fixed(epoch.TrainAccuracyPercent),
                            Numbers.Fixed(epoch.TestLoss ?? double.NaN, 4),
                            Numbers.Fixed(epoch.TestAccuracyPercent ?? double.NaN),
                        ]
                ),
            ]
        );
}

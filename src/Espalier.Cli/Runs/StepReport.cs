using System.Globalization;
using Espalier.Cli.Options;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Reports;
using Espalier.Reports.Steps;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Runs;

/// <summary>Pages of single steps, beside what the steps leave: written when that is, and where the page is missing.</summary>
internal static class StepReport
{
    /// <summary>The page in a folder.</summary>
    public static string PageOf(string folder) => Path.Combine(folder, Report.PageName);

    /// <summary>Of a training.</summary>
    public static void Write(
        string folder,
        bool isDone,
        Network network,
        DataSet set,
        TrainingOptions options,
        TrainingResult result,
        Mask? mask
    )
    {
        string path = PageOf(folder);
        if (isDone && File.Exists(path))
            return;
        AtomicFile.WriteText(
            path,
            StepPage.OfTraining(
                new Step(
                    "train",
                    network.Name,
                    set.Name,
                    [
                        new("Test accuracy", Percent(result.TestAccuracyPercent)),
                        .. result.EmaTestAccuracyPercent is { } averaged
                            ? [new KeyValuePair<string, string>("Test accuracy of the moving average", Percent(averaged))]
                            : Array.Empty<KeyValuePair<string, string>>(),
                        new("Epochs", Text($"{result.Metrics.Count}")),
                        new("Sparsity", mask is null ? "dense" : $"{Share.Percent(mask.Sparsity)} %"),
                    ],
                    StepSettings.Of(options)
                ),
                network,
                result.Metrics,
                mask
            )
        );
    }

    /// <summary>Of a pruning.</summary>
    public static void Write(string folder, bool isDone, DataSet set, PruningOptions options, IReadOnlyList<PrunedNetwork> pruned)
    {
        string path = PageOf(folder);
        if (isDone && File.Exists(path))
            return;
        Network network = pruned[^1].Mask.Network;
        AtomicFile.WriteText(
            path,
            StepPage.OfPruning(
                new Step(
                    "prune",
                    network.Name,
                    set.Name,
                    [
                        .. pruned.Select(of => new KeyValuePair<string, string>(
                            $"{Share.Percent(of.Mask.Sparsity)} % pruned",
                            $"{Percent(of.Training.TestAccuracyPercent)} test accuracy, "
                                + Text($"{of.Mask.KeptCount:N0} of {of.Mask.PrunableCount:N0} prunable weights kept")
                        )),
                    ],
                    StepSettings.Of(options)
                ),
                pruned
            )
        );
    }

    /// <summary>Of a match, beside the permutation.</summary>
    public static void Write(string permutation, DataSet set, MatchSpecification how, Mask? kept, Match match, Certificate certificate)
    {
        AtomicFile.WriteText(
            OutputFile.PageOf(permutation),
            StepPage.OfMatch(
                new Step(
                    "match",
                    match.Permutation.Groups.Network.Name,
                    set.Name,
                    [
                        new("Images", match.Images > 0 ? Text($"{match.Images:N0}") : "none were needed"),
                        new(
                            "Mean score",
                            match.MeanScore is { } score ? Text($"{score:0.000}, {match.IdentityScore:0.000} not permuted") : "none"
                        ),
                        new("Certificate", Text($"f(x) and f_π(x) differ by at most {certificate.MaxRelativeDifference:0.0e+0} relative")),
                        .. certificate.Caution is { } caution
                            ? [new KeyValuePair<string, string>("Caution", caution)]
                            : Array.Empty<KeyValuePair<string, string>>(),
                    ],
                    StepSettings.Of(how, kept)
                ),
                match
            )
        );
    }

    private static string Percent(double accuracy) => Text($"{accuracy:0.00} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Espalier.Lab.Design;
using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;
using Espalier.Reports.Paper;

namespace Espalier.Reports.Tables;

/// <summary>Table 1: how differently networks of one method predict, and how good they are together.</summary>
internal static class DiversityTable
{
    /// <summary>
    /// One row a sparsity, rewind epoch and method, with the paper's numbers where it has them; null where nothing was measured.
    /// </summary>
    public static Table? Of(RunView view, string model)
    {
        EnsembleResult[] all = [.. view.Results.Studies.Ensembles.Where(ensemble => ensemble.Model == model)];
        if (all.Length == 0)
            return null;
        IReadOnlyList<string> methods = view.Methods.Sort(all.Select(ensemble => ensemble.Method));
        return new Table(
            $"diversity-{view.Slug(model)}",
            $"{model}: several networks of one method (table 1), on test images. Accuracy is the mean ± standard deviation "
                + $"of the members; the ensemble is the mean of their probabilities; disagreement, KL and JS are means over pairs "
                + "(KL and JS in nats); log-likelihood and calibration error (15 bins) are the ensemble's, the members' mean "
                + "below. Smaller lines are the paper's.",
            [
                "method",
                "sparsity",
                "k",
                "members",
                "accuracy, %",
                "ensemble, %",
                "disagreement",
                "KL",
                "JS",
                "−log-likelihood",
                "calibration error",
            ],
            1,
            [
                .. from ensemble in all
                orderby ensemble.Sparsity, ensemble.RewindEpoch ?? -1, methods.ToList().IndexOf(ensemble.Method)
                select Row(view, ensemble),
            ]
        );
    }

    /// <summary>The averages of weights; null where there is none.</summary>
    public static Table? Soups(RunView view, string model)
    {
        EnsembleResult[] all =
        [
            .. view.Results.Studies.Ensembles.Where(ensemble => ensemble.Model == model && ensemble.UniformSoupPercent is not null),
        ];
        return all.Length == 0
            ? null
            : new Table(
                $"soups-{view.Slug(model)}",
                $"{model}: one network that is the average of several (soups), test accuracy in %. Permuted ones are first moved "
                    + $"back by their own π⁻¹, where all have A's mask; the greedy soup takes a member only if accuracy on training "
                    + "images does not fall.",
                ["method", "sparsity", "k", "mean member", "uniform soup", "greedy soup"],
                1,
                [
                    .. from e in all
                    orderby e.Sparsity, e.RewindEpoch ?? -1
                    select (IReadOnlyList<Cell>)
                        [
                            view.Methods.Label(e.Method),
                            Numbers.Percent(e.Sparsity),
                            e.RewindEpoch is { } k ? Numbers.Count(k) : Numbers.None,
                            Numbers.Fixed(e.Members.Mean),
                            Numbers.Fixed(e.UniformSoupPercent!.Value),
                            Numbers.Invariant(
                                $"{Numbers.Fixed(e.GreedySoupPercent!.Value)} ({e.GreedySoupMembers} of {e.MemberAccuraciesPercent.Count})"
                            ),
                        ],
                ]
            );
    }

    private static IReadOnlyList<Cell> Row(RunView view, EnsembleResult e)
    {
        return
        [
            view.Methods.Label(e.Method),
            e.Sparsity > 0 ? Numbers.Percent(e.Sparsity) : "dense",
            e.RewindEpoch is { } k ? Numbers.Count(k) : Numbers.None,
            Numbers.Count(e.MemberAccuraciesPercent.Count),
            new Cell(Numbers.Of(e.Members), Paper(view, e, PaperTables.TestAccuracy, 2)),
            new Cell(Numbers.Fixed(e.AccuracyPercent), Paper(view, e, "ensemble_accuracy_percent", 2)),
            new Cell(Numbers.Fixed(e.Disagreement, 3), Paper(view, e, "disagreement", 3)),
            new Cell(Numbers.Fixed(e.KullbackLeibler, 3), Paper(view, e, "kl_divergence", 3)),
            new Cell(Numbers.Fixed(e.JensenShannon, 3), Paper(view, e, "js_divergence", 3)),
            new Cell(Numbers.Fixed(e.NegativeLogLikelihood, 3), $"members {Numbers.Fixed(e.MemberNegativeLogLikelihood, 3)}"),
            new Cell(Numbers.Fixed(e.CalibrationError, 3), $"members {Numbers.Fixed(e.MemberCalibrationError, 3)}"),
        ];
    }

    private static string? Paper(RunView view, EnsembleResult e, string metric, int decimals)
    {
        (string model, double width) = ModelName.Parse(e.Model);
        return PaperTables.Find(1, model, width, view.Run.DataSet, e.Sparsity, e.Method, null, null, metric) is { } cell
            ? $"paper {Numbers.Fixed(cell.Mean, decimals)}{(cell.Std is { } std ? $" ± {Numbers.Fixed(std, decimals)}" : "")}"
            : null;
    }
}

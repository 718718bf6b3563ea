using Espalier.Lab.Findings;
using Espalier.Reports.Analysis;

namespace Espalier.Reports.Tables;

/// <summary>What the run takes, beside the released code.</summary>
internal static class CostTable
{
    /// <summary>One row a kind of stage and one for all; null where nothing is known.</summary>
    public static Table? Of(RunView view)
    {
        IReadOnlyList<KindCost> ours = view.Results.Costs,
            needed = view.Results.PaperCosts,
            theirs = view.Results.ReleasedCosts;
        if (ours.Count == 0)
            return null;
        IReadOnlyList<Cell> Row(string kind, KindCost[] here, KindCost[] comparable, KindCost[] there)
        {
            KindCost all = KindCost.Sum(kind, here),
                paper = KindCost.Sum(kind, comparable),
                released = KindCost.Sum(kind, there);
            return
            [
                kind,
                Of(all.Done, all.Stages),
                Of(all.EpochsDone, all.Epochs),
                Numbers.Big(all.Flops, "FLOP"),
                Numbers.Duration(all.Seconds),
                comparable.Length == 0 ? Numbers.None : Numbers.Count(paper.Epochs),
                there.Length == 0 ? Numbers.None : Numbers.Count(released.Epochs),
                there.Length == 0 ? Numbers.None : Numbers.Big(released.Flops, "FLOP"),
                comparable.Length == 0 ? Numbers.None : Numbers.Percent(paper.ShareOfEpochs(released), 1),
            ];
        }
        string[] kinds = [.. ours.Concat(theirs).Select(cost => cost.Kind).Distinct()];
        return new Table(
            "costs",
            "Stages and epochs (finished of all), estimated floating-point operations of all, time of the finished stages "
                + "summed over workers"
                + (
                    theirs.Count == 0
                        ? "."
                        : "; the epochs of those that the cells of LTH, naive and permuted need; and what the paper's released code, "
                            + "which shares nothing between cells, would train for the same cells."
                ),
            [
                "kind",
                "stages",
                "epochs",
                "operations",
                "time",
                "epochs, the paper's methods",
                "epochs, released code",
                "operations, released code",
                "our share of its epochs",
            ],
            1,
            [
                .. kinds.Select(kind =>
                    Row(
                        kind,
                        [.. ours.Where(c => c.Kind == kind)],
                        [.. needed.Where(c => c.Kind == kind)],
                        [.. theirs.Where(c => c.Kind == kind)]
                    )
                ),
                Row("all", [.. ours], [.. needed], [.. theirs]),
            ]
        );
    }

    private static string Of(long done, long all) => done == all ? Numbers.Count(all) : $"{Numbers.Count(done)} of {Numbers.Count(all)}";
}

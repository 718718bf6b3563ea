using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Pruning;
using Espalier.Weights;

namespace Espalier.Lab.Findings;

/// <summary>
/// What the paper's released code would have to train for the cells of the paper's methods that a plan has. It shares nothing between
/// sparsities: A, B and all rounds of pruning are trained again for each.
/// </summary>
public static class ReleasedCosts
{
    private const double ItsTolerance = 0.005;

    /// <summary>By kind: dense, prune, sparse; empty where no cell is of the paper's methods, as in a grid of studies alone.</summary>
    public static IReadOnlyList<KindCost> Of(Grid grid, Plan plan)
    {
        PlannedCell[] cells = [.. CellsOf(plan)];
        if (cells.Length == 0)
            return [];
        long dense = 0,
            prune = 0,
            sparse = 0;
        int points = 0,
            rounds = 0;
        double denseFlops = 0,
            pruneFlops = 0,
            sparseFlops = 0;
        foreach (var point in cells.GroupBy(cell => (cell.Model, cell.Seed, cell.Sparsity)))
        {
            var stage = (INetworkStage)point.First().Stage;
            double epoch = stage.Model.FlopsPerImage * stage.Data.ImagesPerEpoch;
            long prunable = grid.Options.Pruning.Prunable.Of(stage.Model.Network).Sum(p => (long)p.Count);
            int each = PruningSchedule
                .Plan(prunable, grid.Options.Pruning.RoundFraction, [point.Key.Sparsity], ItsTolerance)
                .Select(round => round.Kept)
                .Distinct()
                .Count();
            long ofDense = 2L * grid.Options.Epochs,
                ofPrune = (long)each * grid.Options.Pruning.FineTuning.Epochs,
                ofSparse = point.Sum(cell => (long)grid.Options.Epochs - cell.RewindEpoch!.Value);
            (dense, prune, sparse, points, rounds) = (dense + ofDense, prune + ofPrune, sparse + ofSparse, points + 1, rounds + each);
            (denseFlops, pruneFlops, sparseFlops) = (
                denseFlops + ofDense * epoch,
                pruneFlops + ofPrune * epoch,
                sparseFlops + ofSparse * epoch
            );
        }
        return
        [
            new("dense", 2 * points, 0, dense, 0, denseFlops, 0),
            new("prune", rounds, 0, prune, 0, pruneFlops, 0),
            new("sparse", cells.Length, 0, sparse, 0, sparseFlops, 0),
        ];
    }

    /// <summary>
    /// The stages of a plan that the same cells need here: controls, other permutations, baselines and studies are nothing that the
    /// released code is held against.
    /// </summary>
    public static IReadOnlyList<Stage> Comparable(Plan plan) => new Plan(CellsOf(plan), []).Stages;

    private static IEnumerable<PlannedCell> CellsOf(Plan plan)
    {
        string[] names = [.. Methods.OfThePaper.Select(method => method.Name)];
        return plan.Cells.Where(cell => names.Contains(cell.Method) && cell.RewindEpoch is not null);
    }
}

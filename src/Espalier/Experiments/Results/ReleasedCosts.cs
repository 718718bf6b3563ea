using Espalier.Data;
using Espalier.Experiments.Plans;
using Espalier.Experiments.Stages;
using Espalier.Pruning;
using Espalier.Weights;

namespace Espalier.Experiments.Results;

/// <summary>
/// What the paper's released code would have to train for the same cells of the paper's methods. It shares nothing between sparsities: A, B and all
/// rounds of pruning are trained again for each.
/// </summary>
public static class ReleasedCosts
{
    private const double ItsTolerance = 0.005;

    /// <summary>By kind: dense, prune, sparse.</summary>
    public static IReadOnlyList<KindCost> Of(Grid grid)
    {
        if (!grid.Methods.Any(Methods.OfThePaper.Contains)) return []; // nothing to hold it against: a grid of studies alone
        DataSetFacts facts = DataSetFacts.Of(grid.DataSet);
        var data = new DataSource(grid.DataSet, grid.Options.TrainImages);
        long dense = 0, prune = 0, sparse = 0, rounds = 0;
        double denseFlops = 0, pruneFlops = 0, sparseFlops = 0;
        int methods = grid.Methods.Count(Methods.OfThePaper.Contains);
        foreach (string name in grid.Models)
        {
            var model = new ModelSource(name, facts);
            double epoch = model.FlopsPerImage * data.ImagesPerEpoch;
            long prunable = grid.Options.Prunable.Of(model.Network).Sum(p => (long)p.Count);
            foreach (double sparsity in grid.Sparsities)
            {
                long each = PruningSchedule.Plan(prunable, grid.Options.RoundFraction, [sparsity], ItsTolerance).Select(round => round.Kept).Distinct().Count();
                long epochsDense = 2L * grid.Options.Epochs, epochsPrune = each * grid.Options.RoundEpochs, epochsSparse = methods * grid.RewindEpochs.Sum(k => (long)grid.Options.Epochs - k);
                (dense, prune, sparse, rounds) = (dense + epochsDense, prune + epochsPrune, sparse + epochsSparse, rounds + each);
                (denseFlops, pruneFlops, sparseFlops) = (denseFlops + epochsDense * epoch, pruneFlops + epochsPrune * epoch, sparseFlops + epochsSparse * epoch);
            }
        }
        int seeds = grid.Seeds.Count, points = grid.Models.Count * grid.Sparsities.Count;
        return
        [
            new("dense", 2 * points * seeds, 0, dense * seeds, 0, denseFlops * seeds, 0),
            new("prune", (int)rounds * seeds, 0, prune * seeds, 0, pruneFlops * seeds, 0),
            new("sparse", points * methods * grid.RewindEpochs.Count * seeds, 0, sparse * seeds, 0, sparseFlops * seeds, 0),
        ];
    }
}

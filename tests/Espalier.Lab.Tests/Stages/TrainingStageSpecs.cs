using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Stages that train are the library's trainings.</summary>
public sealed class TrainingStageSpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=1,width=12"],
        Sparsities = [0.5, 0.8],
        RewindEpochs = [1],
        Methods = [Methods.Lth],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 3, BatchSize = 32, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.4 },
            fineTuning: t => t with { Epochs = 1 }
        ) with
        {
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_chain_of_pruning_stages_ends_in_the_bits_of_iterative_pruning()
    {
        Plan plan = Planner.Of(Tiny);
        ArtefactStore store = await RunAsync(plan);
        DenseStage a = plan.Stages.OfType<DenseStage>().Single(stage => stage.Title.StartsWith('A'));
        PruningOptions options = Tiny.Options.Pruning with { FineTuning = Tiny.Options.FineTuning(a.Model.Network) };
        using var images = new ImageCache(null, CPU);
        using WeightSet dense = WeightsFile.Read(store.FileOf(a, INetworkStage.Weights), a.Model.Network);
        TrainingData data = images.Open(a.Data, options.FineTuning.Augmentation, options.FineTuning.Precision);
        IReadOnlyList<PrunedNetwork> pruned = new IterativePruning(options, data).Run(dense, Tiny.Sparsities, a.Seed, "A.prune");
        Assert.Equal(Tiny.Sparsities.Count, pruned.Count);
        foreach (PrunedNetwork expected in pruned)
        {
            Stage stage = plan.Cells.Single(cell => cell.Method == "imp" && cell.Sparsity == expected.Round.Target).Stage;
            using WeightSet weights = WeightsFile.Read(store.FileOf(stage, INetworkStage.Weights), a.Model.Network);
            using Mask mask = MaskFile.Read(store.FileOf(stage, PruneStage.MaskName), a.Model.Network);
            Assert.True(weights.BitEquals(expected.Weights), stage.Title);
            Assert.True(mask.BitEquals(expected.Mask), stage.Title);
            expected.Weights.Dispose();
            expected.Mask.Dispose();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sparse_training_at_k_begins_with_the_weights_after_exactly_k_epochs(int k)
    {
        Grid grid = Tiny with { RewindEpochs = [k], Methods = [Methods.Lth, Methods.Naive], Sparsities = [0.5] };
        Plan plan = Planner.Of(grid);
        ArtefactStore store = await RunAsync(plan);
        using var images = new ImageCache(null, CPU);
        foreach (string network in new[] { "A", "B" })
        {
            PlannedCell cell = plan.Cells.Single(cell => cell.Method == (network == "A" ? "lth" : "naive"));
            var sparse = (SparseStage)cell.Stage;
            DenseStage dense = sparse.Inputs.OfType<DenseStage>().Single(stage => stage.Title.StartsWith(network[0]));
            // A dense training that is stopped after k epochs, by the library alone.
            TrainingOptions stopped = grid.Options.Dense(dense.Model.Network) with
            {
                Until = k,
            };
            TrainingData data = images.Open(dense.Data, stopped.Augmentation, stopped.Precision);
            using WeightSet init = Initialization.KaimingNormal(dense.Model.Network, new Randomness.RandomStream(0, $"{network}.init"));
            using WeightSet atK = new Trainer(stopped, data).Train(new TrainingRun(init, null, 0, $"{network}.data")).Final;
            using Mask mask = MaskFile.Read(store.FileOf(sparse, PruneStage.MaskName), dense.Model.Network);
            using WeightSet begun = atK.Masked(mask);
            TrainingOptions rest = grid.Options.Sparse(dense.Model.Network, k);
            using WeightSet expected = new Trainer(rest, data).Train(new TrainingRun(begun, mask, 0, "sparse.data")).Final;
            using WeightSet found = WeightsFile.Read(store.FileOf(sparse, INetworkStage.Weights), dense.Model.Network);
            Assert.True(found.BitEquals(expected), sparse.Title);
            Assert.Equal(grid.Options.Epochs - k, sparse.Epochs);
        }
    }

    private Task<ArtefactStore> RunAsync(Plan plan) => InProcess.DoneAsync(plan, _folder["store"]);
}

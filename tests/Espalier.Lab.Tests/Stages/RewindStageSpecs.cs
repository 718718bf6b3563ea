using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Grids whose pruning rounds rewind, planned and run tiny.</summary>
public sealed class RewindStageSpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.75],
        RewindEpochs = [0],
        Methods = [Methods.Lth, Methods.BImp],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 3, BatchSize = 50, Precision = Precision.Float32, WeightDecay = 0 },
            pruning: p => p with { RoundFraction = 0.5, Rewind = PruningRewind.Weights },
            fineTuning: t => t with { Epochs = 2 }
        ) with
        {
            TrainImages = 200,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rounds_of_both_networks_go_back_to_their_own_checkpoint_with_the_dense_schedule()
    {
        Plan plan = Planner.Of(Tiny);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        Network network = new ModelSource(Tiny.Models[0], DataSetFacts.Of(Tiny.DataSet)).Network;
        using var images = new ImageCache(null, TorchSharp.torch.CPU);
        PruneStage[] rounds = [.. plan.Stages.OfType<PruneStage>()];
        Assert.Equal(4, rounds.Length); // two of A, two of B
        foreach (PruneStage round in rounds)
        {
            DenseStage dense = round.Inputs.OfType<DenseStage>().Single();
            using WeightSet checkpoint = WeightsFile.Read(store.FileOf(dense, dense.FileAt(1)), network),
                before = WeightsFile.Read(store.FileOf(round.Inputs[0], INetworkStage.Weights), network),
                ours = WeightsFile.Read(store.FileOf(round, INetworkStage.Weights), network);
            using Mask mask = MaskFile.Read(store.FileOf(round, PruneStage.MaskName), network),
                kept = round.Inputs[0] is PruneStage
                    ? MaskFile.Read(store.FileOf(round.Inputs[0], PruneStage.MaskName), network)
                    : Mask.Dense(before.Layout, round.Prunable),
                expected = GlobalMagnitude.Prune(before, kept, round.Kept);
            Assert.True(mask.BitEquals(expected), round.Title);
            string stream = $"{round.Title[0]}.prune.{round.Title.Split(' ')[1]}";
            TrainingOptions last = Tiny.Options.Dense(network) with { Epochs = 2, ScheduleEpochs = 3 };
            TrainingData data = images.Open(round.Data, last.Augmentation, last.Precision);
            using WeightSet start = checkpoint.Masked(mask),
                again = new Trainer(last, data).Train(new TrainingRun(start, mask, 0, stream)).Final;
            Assert.True(ours.BitEquals(again), round.Title);
        }
    }

    [Fact]
    public async Task Rounds_with_interpolated_normalisations_run_and_sparse_training_has_none()
    {
        Grid grid = Tiny with
        {
            Methods = [Methods.Lth],
            Models = ["resnet20:blocks=1"],
            DataSet = "mnist",
            Options = Tiny.Options.With(
                pruning: p => p with { Rewind = PruningRewind.LearningRate },
                fineTuning: t => t with { InterpolateNormalization = true }
            ) with
            {
                TrainImages = null,
            },
        };
        MnistLike.Write(_folder["data"], seed: 0);
        Plan plan = Planner.Of(grid);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"], _folder["data"]);
        Assert.All(plan.Stages, stage => Assert.NotNull(store.Find(stage)));
        Assert.All(
            plan.Stages,
            stage => Assert.Equal(stage is PruneStage, stage.Describe().ToJsonString().Contains("\"interpolate_normalization\":true"))
        );
    }

    [Theory]
    [InlineData(PruningRewind.LearningRate)]
    [InlineData(PruningRewind.Weights)]
    public void Names_change_with_the_option_and_dense_trainings_only_where_a_checkpoint_is_missing(PruningRewind rewind)
    {
        static Dictionary<string, string> Ids(Grid grid) =>
            Planner.Of(grid).Stages.ToDictionary(stage => $"{stage.Kind} {stage.Title}", stage => stage.Id);
        // A network whose checkpoints are too large to keep all.
        Grid large = Tiny with
        {
            Models = ["mlp:depth=2,width=2048"],
            Options = Tiny.Options.With(
                training: t => t with { Epochs = 10 },
                pruning: p => p with { Rewind = PruningRewind.None },
                fineTuning: t => t with { Epochs = 3 }
            ),
        };
        Dictionary<string, string> without = Ids(large),
            with = Ids(large with { Options = large.Options.With(pruning: p => p with { Rewind = rewind }) });
        Assert.Equal(without.Keys.Order(), with.Keys.Order());
        foreach ((string stage, string id) in without)
            Assert.Equal(stage.StartsWith("dense", StringComparison.Ordinal) && rewind != PruningRewind.Weights, id == with[stage]);
    }

    [Fact]
    public void Rounds_longer_than_the_dense_training_are_refused() =>
        Assert.Contains(
            "last 4 epochs of a dense training of 3",
            Assert
                .Throws<InputException>(() =>
                    Planner.Of((Tiny with { Options = Tiny.Options.With(fineTuning: t => t with { Epochs = 4 }) }).Validated())
                )
                .Message
        );
}

using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Grids that prune by another criterion than magnitude, and keep a moving average, planned and run tiny.</summary>
public sealed class CriterionStageSpecs : IDisposable
{
    private static readonly Grid Tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.75],
        RewindEpochs = [1],
        Methods = [Methods.Lth],
        Evaluate = EvaluatedNetworks.None,
        Options = new Recipe().With(
            training: t => t with { Epochs = 2, BatchSize = 50, Precision = Precision.Float32 },
            pruning: p => p with { RoundFraction = 0.5 },
            fineTuning: t => t with { Epochs = 1 }
        ) with
        {
            TrainImages = 300,
        },
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("layer-magnitude")]
    [InlineData("fisher")]
    public async Task Rounds_keep_what_their_criterion_scores_highest_of_the_network_before_them(string name)
    {
        IPruningCriterion criterion = PruningCriteria.Of(name);
        Grid grid = Tiny with { Options = GridFile.Set(Tiny.Options, [$"criterion={name}"]) };
        Assert.Equal(GridFile.Text(grid), GridFile.Text(GridFile.Parse(GridFile.Text(grid), "a grid")));
        Plan plan = Planner.Of(grid);
        ArtefactStore store = await InProcess.DoneAsync(plan, _folder["store"]);
        Network network = new ModelSource(Tiny.Models[0], DataSetFacts.Of(Tiny.DataSet)).Network;
        using var images = new ImageCache(null, TorchSharp.torch.CPU);
        PruneStage[] rounds = [.. plan.Stages.OfType<PruneStage>()];
        Assert.Equal(2, rounds.Length);
        foreach (PruneStage round in rounds)
        {
            Stage input = round.Inputs[0];
            using WeightSet before = WeightsFile.Read(store.FileOf(input, INetworkStage.Weights), network);
            using Mask kept =
                input is PruneStage
                    ? MaskFile.Read(store.FileOf(input, PruneStage.MaskName), network)
                    : Mask.Dense(before.Layout, round.Prunable);
            var moment = new PruningMoment(
                before,
                kept,
                new RandomStream(0, $"A.prune.{round.Title.Split(' ')[1]}.criterion"),
                images.Open(round.Data, Augmentation.None, Precision.Float32).Matching
            );
            using Mask expected = criterion.Keep(moment, round.Kept),
                found = MaskFile.Read(store.FileOf(round, PruneStage.MaskName), network);
            Assert.True(found.BitEquals(expected), round.Title);
        }
    }

    [Fact]
    public void Only_pruning_and_what_follows_from_it_has_another_name_by_another_criterion()
    {
        Grid other = Tiny with { Options = GridFile.Set(Tiny.Options, ["criterion=snip"]) };
        Stage[] before = [.. Planner.Of(Tiny).Stages],
            after = [.. Planner.Of(other).Stages];
        Assert.Equal(before.OfType<DenseStage>().Select(stage => stage.Id), after.OfType<DenseStage>().Select(stage => stage.Id));
        Assert.Empty(before.OfType<PruneStage>().Select(stage => stage.Id).Intersect(after.Select(stage => stage.Id)));
        Grid same = Tiny with { Options = GridFile.Set(Tiny.Options, ["criterion=magnitude"]) };
        Assert.Equal(before.Select(stage => stage.Id), Planner.Of(same).Stages.Select(stage => stage.Id));
        Assert.Contains(Deviations.Of(other), found => found.Option == "criterion");
    }

    [Fact]
    public async Task A_moving_average_is_left_and_counted_beside_weights_that_are_the_same_without()
    {
        Plan with = Planner.Of(Tiny with { Options = GridFile.Set(Tiny.Options, ["ema-decay=0.9"]) }),
            without = Planner.Of(Tiny);
        ArtefactStore store = await InProcess.DoneAsync(with, _folder["store"]),
            plain = await InProcess.DoneAsync(without, _folder["plain"]);
        Network network = new ModelSource(Tiny.Models[0], DataSetFacts.Of(Tiny.DataSet)).Network;
        Stage[] stages = [.. with.Stages.Where(stage => stage is INetworkStage)];
        Assert.NotEmpty(stages);
        foreach ((Stage stage, Stage other) in stages.Zip(without.Stages.Where(stage => stage is INetworkStage)))
        {
            using WeightSet last = WeightsFile.Read(store.FileOf(stage, INetworkStage.Weights), network),
                known = WeightsFile.Read(plain.FileOf(other, INetworkStage.Weights), network),
                average = WeightsFile.Read(store.FileOf(stage, TrainingFolder.AverageName), network);
            Assert.True(last.BitEquals(known), stage.Title);
            Assert.False(last.BitEquals(average), stage.Title);
            Assert.Equal(known.ZeroWeights, average.ZeroWeights);
            Assert.InRange(store.Find(stage)!.Numbers[TrainingNumbers.Ema], 1, 100);
            Assert.False(plain.Find(other)!.Numbers.ContainsKey(TrainingNumbers.Ema));
        }
    }
}

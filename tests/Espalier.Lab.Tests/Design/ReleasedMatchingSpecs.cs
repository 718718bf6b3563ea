using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Lab.Tests.Support;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Lab.Tests.Design;

/// <summary>On which images, and where in the network, the released code matches: each an option, with its effect.</summary>
public class ReleasedMatchingSpecs
{
    private static readonly Shape Cifar = Shape.Maps(3, 32, 32);

    [Theory]
    [InlineData("resnet20", "layer3.0.conv2", "layer3.1.relu2")]
    [InlineData("resnet20:width=4,shortcut=conv1x1", "layer3.0.conv2", "layer3.1.relu2")]
    [InlineData("resnet20:blocks=1", null, null)]
    [InlineData("vgg11", null, null)]
    [InlineData("mlp", null, null)]
    public void The_final_stream_is_read_a_block_early_and_every_other_group_where_it_was(string model, string? stream, string? node)
    {
        PermutationGroups groups = PermutationGroups.Of(Models.Build(model, Cifar, 10));
        string[] Read(TapChoice choice) =>
            [
                .. groups.Groups.Select(group =>
                    $"{group.Name} at {groups.Network.Nodes[ActivationMoments.Chosen(groups, group, choice).Single().Node].Name}"
                ),
            ];
        string[] last = Read(TapChoice.Last),
            early = Read(TapChoice.FinalStreamOneBlockEarly);
        Assert.Equal(stream is null ? [] : [$"{stream} at {node}"], early.Except(last));
    }

    [Fact]
    public void The_images_matched_on_are_those_of_a_shuffled_and_augmented_epoch_of_their_own_stream()
    {
        using var scope = NewDisposeScope();
        using var data = new TrainingData(TinyImages.Make(), Augmentation.Standard, Precision.Float32, CPU);
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet a = Initialization.KaimingNormal(network, new RandomStream(0, "A")),
            b = Initialization.KaimingNormal(network, new RandomStream(0, "B"));
        PermutationGroups groups = PermutationGroups.Of(network);
        var options = new MatchingOptions
        {
            Images = 130,
            BatchSize = 50,
            Shuffled = Augmentation.Standard,
            Seed = 7,
        };
        (CrossMoments[][] found, int seen) = ActivationMoments.Of(groups, a, b, data.Train, options, null, default);
        Assert.Equal(130, seen);

        // The same epoch, drawn here, in one piece.
        Tensor images = cat([.. data.Train.Epoch(new RandomStream(7, "match.images"), 50).Select(batch => batch.Images)]).narrow(0, 0, 130);
        int first = groups.Groups[0].Taps[^1].Node;
        Tensor Of(WeightSet weights)
        {
            Tensor? output = null;
            using NodeArrays arrays = NodeArrays.Of(weights, CPU, ScalarType.Float32);
            new ForwardPass(network, [first]).Run(arrays, images, training: false, tap: (_, tapped) => output = tapped);
            return output!.to(ScalarType.Float64).permute(1, 0, 2, 3).reshape(output!.shape[1], -1);
        }
        double[] expected = Of(a).mean([1]).data<double>().ToArray();
        Assert.All(expected.Zip(found[0][0].MeanA), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        double[] plain = ActivationMoments
            .Of(groups, a, b, data.Train, options with { Shuffled = null }, null, default)
            .Moments[0][0]
            .MeanA;
        Assert.Contains(expected.Zip(plain), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
        double[] other = ActivationMoments.Of(groups, a, b, data.Train, options with { Seed = 8 }, null, default).Moments[0][0].MeanA;
        Assert.Contains(expected.Zip(other), pair => Math.Abs(pair.First - pair.Second) > 1e-4);
        // Plain images are no substitute, and say so.
        Assert.Throws<ArgumentException>(() => new ActivationMatcher(options).Match(new MatchingProblem(a, null, b, data.Matching)));
    }

    [Theory]
    [InlineData("by=activations")]
    [InlineData("by=combined")]
    [InlineData("by=iterated")]
    public void Every_way_that_compares_activations_is_given_images_that_augment(string way)
    {
        var shuffled = new MatchingOptions { Shuffled = Augmentation.Standard };
        Assert.Equal(Augmentation.Standard, (MatchSpecification.Parse(way) with { Activations = shuffled }).Matcher().Shuffled);
        Assert.Null((MatchSpecification.Parse("by=straight-through") with { Activations = shuffled }).Matcher().Shuffled);
    }

    [Fact]
    public async Task A_stage_matches_on_the_images_that_its_recipe_asks_for()
    {
        using var folder = new TempFolder();
        var grid = new Grid
        {
            Models = ["mlp:depth=2,width=16"],
            Sparsities = [0.5],
            RewindEpochs = [0],
            Methods = [Methods.Permuted],
            MatchVariants = [MatchVariant.Parse("by=combined")],
            Evaluate = EvaluatedNetworks.None,
            Seeds = [3],
            Options = NamedRecipes
                .Released("fashion-mnist-10k")
                .With(
                    training: t => t with { Epochs = 2, BatchSize = 32, Precision = Precision.Float32 },
                    fineTuning: t => t with { Epochs = 1 }
                ) with
            {
                RewindShift = 0,
                TrainImages = 200,
                Augment = true,
            },
        };
        Plan plan = Planner.Of(grid);
        ArtefactStore store = await InProcess.DoneAsync(plan, folder["store"]);

        Network network = new ModelSource(grid.Models[0], DataSetFacts.Of(grid.DataSet)).Network;
        WeightSet Dense(string name) =>
            WeightsFile.Read(store.FileOf(plan.Stages.Single(stage => stage.Title == $"{name} seed 3"), INetworkStage.Weights), network);
        using WeightSet a = Dense("A"),
            b = Dense("B");
        using var data = new TrainingData(new DataSource(grid.DataSet, 200).Open(null), Augmentation.Standard, Precision.Float32, CPU);
        MatchingOptions options = grid.Options.MatchingOf(network, 3);
        Assert.Equal((10_000, Augmentation.Standard, 3L), (options.Images, options.Shuffled, options.Seed));
        Match expected = new ActivationMatcher(options).Match(new MatchingProblem(a, null, b, data.Train)),
            plain = new ActivationMatcher(options with { Shuffled = null }).Match(new MatchingProblem(a, null, b, data.Matching));
        Assert.Equal(200, expected.Images);
        Assert.True(
            PermutationFile
                .Read(
                    store.FileOf(
                        plan.Stages.OfType<MatchStage>().Single(stage => stage.How.By == MatchWays.Activations),
                        MatchStage.PermutationName
                    ),
                    network
                )
                .SameAs(expected.Permutation)
        );
        Assert.NotEqual(expected.MeanScore, plain.MeanScore);
    }
}

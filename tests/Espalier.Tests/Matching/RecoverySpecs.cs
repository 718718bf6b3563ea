using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

/// <summary>What matching must find when the answer is known.</summary>
public class RecoverySpecs
{
    private static readonly Lazy<WeightSet> Trained = new(() =>
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
        };
        return new Trainer(options, data)
            .Train(
                new TrainingRun(
                    Initialization.KaimingNormal(TrainedPair.ResNet, new RandomStream(0, "A")), // streams, whose taps can be chosen
                    null,
                    0,
                    "data"
                )
            )
            .Final;
    });

    public static TheoryData<MatchingScore, TapChoice> Choices =>
        new MatrixTheoryData<MatchingScore, TapChoice>(Enum.GetValues<MatchingScore>(), Enum.GetValues<TapChoice>());

    [Theory]
    [MemberData(nameof(Choices))]
    public void A_planted_permutation_is_found_there_and_back_by_every_score(MatchingScore score, TapChoice taps)
    {
        WeightSet a = Trained.Value;
        PermutationGroups groups = PermutationGroups.Of(a.Network);
        Permutation planted = Permutation.Uniform(groups, new RandomStream(1, "planted"));
        using WeightSet b = planted.Apply(a);
        using BatchSource images = Images(TinyImages.Make().Train);
        var options = new MatchingOptions
        {
            Images = 150,
            BatchSize = 40,
            Score = score,
            Taps = taps,
        };
        Match there = new ActivationMatcher(options).Match(new MatchingProblem(a, null, b, images)),
            back = new ActivationMatcher(options).Match(new MatchingProblem(b, null, a, images));
        Assert.True(AssertLiveUnitsFound(planted, there) > 50);
        AssertLiveUnitsFound(planted.Inverse(), back);
        Assert.True(new ActivationMatcher(options).Match(new MatchingProblem(a, null, a, images)).Permutation.IsIdentity);
        Assert.True(new ActivationMatcher(options).Match(new MatchingProblem(a, null, b, images)).Permutation.SameAs(there.Permutation));
    }

    [Fact]
    public void A_planted_permutation_of_a_random_graph_is_found()
    {
        int live = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new RandomStream(seed, "recovery");
            Network network = RandomNetworks.Graph(random);
            WeightSet a = RandomNetworks.Weights(network, random);
            Permutation planted = Permutation.Uniform(PermutationGroups.Of(network), random);
            Shape s = network.InputShape;
            byte[] pixels = [.. Enumerable.Range(0, 60 * s.Channels * s.Positions).Select(_ => (byte)random.NextInt(256))];
            var set = new ImageSet("noise", ["a", "b", "c"], s.Channels, s.Height, s.Width, pixels, new byte[60]);
            float[] half = [.. Enumerable.Repeat(0.5f, s.Channels)];
            using var images = new BatchSource(set, new Normalization(half, half), Augmentation.None, CPU, ScalarType.Float32);
            Match match = new ActivationMatcher(
                new MatchingOptions
                {
                    Images = 60,
                    BatchSize = 32,
                    Epsilon = 0,
                    DeadVariance = 1e-9,
                }
            ).Match(new MatchingProblem(a, null, planted.Apply(a), images));
            live += AssertLiveUnitsFound(planted, match);
        }
        Assert.True(live > 300, $"{live} units");
    }

    [Theory]
    [InlineData(new[] { 400 })]
    [InlineData(new[] { 1, 399 })]
    [InlineData(new[] { 100, 100, 100, 100 })]
    [InlineData(new[] { 7, 250, 1, 142 })]
    public void Moments_far_from_zero_do_not_depend_on_the_batches(int[] batches)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(9, "offset");
        Tensor a = tensor([.. Enumerable.Range(0, 400 * 4).Select(_ => (float)(1e4 + random.NextNormal()))]).view(400, 4),
            b = a.flip(1).Times(0.5).Plus(-2e4);
        var moments = new CrossMoments(4);
        int at = 0;
        foreach (int count in batches)
        {
            moments.Add(a.narrow(0, at, count), b.narrow(0, at, count));
            at += count;
        }
        Tensor da = a.to(ScalarType.Float64),
            db = b.to(ScalarType.Float64);
        Tensor expected = (db - db.mean(new long[] { 0 })).t().mm(da - da.mean(new long[] { 0 })).DividedBy(400);
        Assert.Equal(400, moments.Samples);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(da.mean(new long[] { 0 })[i].item<double>(), moments.MeanA[i], 2e-3);
            for (int j = 0; j < 4; j++)
                Assert.Equal(expected[i, j].item<double>(), moments.Covariance(i, j), 1e-3);
        }
    }

    [Fact]
    public void All_units_dead_is_the_identity_and_other_networks_and_options_are_refused()
    {
        using var scope = NewDisposeScope();
        var moments = new CrossMoments(5);
        moments.Add(zeros(9, 5), zeros(9, 5));
        Assert.Equal([0, 1, 2, 3, 4], GroupAssignment.Solve([moments], new MatchingOptions(), "g").Source);

        using BatchSource images = Images(TinyImages.Make().Train);
        using WeightSet other = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 3, width: 25),
            new RandomStream(0, "B")
        );
        Assert.Throws<InputException>(() =>
            new ActivationMatcher(new MatchingOptions()).Match(new MatchingProblem(Trained.Value, null, other, images))
        );
        foreach (
            MatchingOptions options in new MatchingOptions[]
            {
                new() { Images = 1 },
                new() { BatchSize = 0 },
                new() { Epsilon = -1 },
                new() { Epsilon = double.NaN },
                new() { DeadVariance = -1 },
            }
        )
            Assert.Throws<InputException>(() =>
                new ActivationMatcher(options).Match(new MatchingProblem(Trained.Value, null, Trained.Value, images))
            );
    }

    /// <summary>Dead units cannot be told apart; every other unit must be found.</summary>
    private static int AssertLiveUnitsFound(Permutation planted, Match match)
    {
        int live = 0;
        foreach (GroupMatch group in match.Groups)
        {
            int index = planted.Groups.Groups.Single(g => g.Name == group.Group).Index;
            int wrong = planted.Sources[index].Zip(match.Permutation.Sources[index]).Count(pair => pair.First != pair.Second);
            Assert.Equal(group.DeadA, group.DeadB);
            Assert.True(wrong <= group.DeadA, $"{wrong} units of {group}");
            live += group.Units - group.DeadA;
        }
        return live;
    }

    private static BatchSource Images(ImageSet set) =>
        new(set, TinyImages.Make().Normalization, Augmentation.None, CPU, ScalarType.Float32);
}

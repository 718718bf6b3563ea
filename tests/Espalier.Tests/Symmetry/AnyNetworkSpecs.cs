using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Symmetry;

/// <summary>Over 500 random graphs of all operations: what is derived from a description alone holds.</summary>
public class AnyNetworkSpecs
{
    private const int Graphs = 504,
        Each = 28;

    public static IEnumerable<TheoryDataRow<int>> Parts => Enumerable.Range(0, Graphs / Each).Select(part => new TheoryDataRow<int>(part));

    [Fact]
    public void The_graphs_hold_every_operation_and_blocks_that_move_and_blocks_that_are_pinned()
    {
        Network[] graphs = [.. Enumerable.Range(0, Graphs).Select(seed => AnyNetworks.Graph(Stream(seed)))];
        Type[] all = [.. typeof(Operation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operation)))];
        Assert.Empty(all.Except(graphs.SelectMany(graph => graph.Nodes).Select(node => node.Operation.GetType())));
        Assert.InRange(graphs.Count(graph => graph.Shared.Count > 0), 100, Graphs);
        PermutationGroups[] groups = [.. graphs.Select(PermutationGroups.Of)];
        Assert.InRange(groups.Count(of => of.Groups.Any(group => group.Family >= 0)), 50, Graphs);
        Assert.InRange(
            groups.Count(of =>
                of.Network.Parameters.Any(p =>
                    of.AxesOf(p)
                        .Any(axis => axis is { Blocks: > 1 } && axis.Segments.Any(run => run.Group >= 0 && of.Groups[run.Group].Family < 0))
                )
            ),
            10,
            Graphs
        );
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Every_graph_keeps_its_function_under_random_permutations_and_under_each_group_alone(int part)
    {
        foreach (int seed in Seeds(part))
        {
            using var scope = NewDisposeScope();
            using WeightSet weights = Draw(seed);
            PermutationGroups groups = PermutationGroups.Of(weights.Network);
            var random = new RandomStream(seed, "any.permutations");
            Tensor images = RandomNetworks.Images(weights.Network, 3, random);
            using Mask mask = RandomNetworks.Mask(weights, random);
            Permutation uniform = Permutation.Uniform(groups, random);
            Certificate certificate = Certificate.Of(uniform, weights, mask, images);
            Assert.True(certificate.Holds, $"seed {seed}: {certificate}");
            Permutation other = Permutation.Uniform(groups, random);
            Assert.True(uniform.After(other).Apply(weights).BitEquals(uniform.Apply(other.Apply(weights))), $"seed {seed}");
            Assert.True(uniform.Inverse().After(uniform).IsIdentity, $"seed {seed}");
            foreach (IReadOnlyList<PermutationGroup> movable in groups.Movable.Where(family => family.Any(group => group.Units > 1)))
            {
                Permutation alone = new(
                    groups,
                    [
                        .. groups.Groups.Select(group =>
                            movable.Contains(group) ? uniform.Sources[group.Index] : [.. Enumerable.Range(0, group.Units)]
                        ),
                    ]
                );
                using WeightSet moved = alone.Apply(weights);
                Assert.True(Certificate.Difference(weights, moved, images) <= Certificate.Tolerance, $"seed {seed}: {movable[0].Name}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_planted_permutation_is_found_by_activations_and_by_weights(int part)
    {
        int found = 0,
            all = 0;
        foreach (int seed in Seeds(part))
        {
            using var scope = NewDisposeScope();
            using WeightSet a = Draw(seed);
            PermutationGroups groups = PermutationGroups.Of(a.Network);
            var random = new RandomStream(seed, "any.planted");
            Permutation planted = Permutation.Uniform(groups, random);
            using WeightSet b = planted.Apply(a);
            using BatchSource images = Noise(a.Network, random);
            Match match = new ActivationMatcher(
                new MatchingOptions
                {
                    Images = 40,
                    BatchSize = 40,
                    Epsilon = 0,
                    DeadVariance = 1e-9,
                }
            ).Match(new MatchingProblem(a, null, b, images));
            foreach (GroupMatch group in match.Groups)
            {
                int index = groups.Groups.Single(g => g.Name == group.Group).Index;
                all += group.Units - group.DeadA;
                found +=
                    group.Units - planted.Sources[index].Zip(match.Permutation.Sources[index]).Count(pair => pair.First != pair.Second);
            }
            // Weights are ascended from there: the objective can but grow.
            Match byWeights = new WeightMatcher(new WeightMatchingOptions()).Match(
                new MatchingProblem(a, null, b, images) { Start = match.Permutation }
            );
            Assert.True(byWeights.Objective.Zip(byWeights.Objective.Skip(1)).All(pair => pair.First <= pair.Second), $"seed {seed}");
        }
        Assert.True(found >= 0.97 * all, $"{found} of {all} live units");
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_wrong_tie_is_caught(int part)
    {
        int caught = 0,
            live = 0;
        foreach (int seed in Seeds(part))
        {
            using var scope = NewDisposeScope();
            using WeightSet weights = Draw(seed);
            PermutationGroups groups = PermutationGroups.Of(weights.Network);
            Tensor images = RandomNetworks.Images(weights.Network, 6, new RandomStream(seed, "any.images"));
            bool Differs(WeightSet other) => Certificate.Difference(weights, other, images) > 100 * Certificate.Tolerance;
            Permutation permutation = Permutation.Uniform(groups, new RandomStream(seed, "any.permutations"));
            using WeightSet moved = permutation.Apply(weights);
            // One weight array that moves stays as it was: its axes are tied to nothing any more.
            foreach (Parameter p in weights.Network.Parameters.Where(p => p.IsWeight && !moved[p].equal(weights[p]).all().item<bool>()))
            {
                using WeightSet half = new(moved.Layout, moved.Values.clone(), moved.Statistics.clone());
                half[p].copy_(weights[p]);
                bool isCaught = Differs(half);
                caught += isCaught ? 1 : 0;
                // Where the rest of a network is dead for these images, nothing of an array shows, not even that it is zero.
                using WeightSet without = new(weights.Layout, weights.Values.clone(), weights.Statistics.clone());
                without[p].zero_();
                live += isCaught || Differs(without) ? 1 : 0;
            }
        }
        Assert.True(caught >= 0.97 * live, $"{caught} of {live}");
        Assert.True(live > 50);
    }

    internal static IEnumerable<int> Seeds(int part) => Enumerable.Range(part * Each, Each);

    private static RandomStream Stream(int seed) => new(seed, "any");

    internal static WeightSet Draw(int seed)
    {
        RandomStream random = Stream(seed);
        return RandomNetworks.Weights(AnyNetworks.Graph(random), random);
    }

    internal static BatchSource Noise(Network network, RandomStream random)
    {
        Shape s = network.InputShape;
        byte[] pixels = [.. Enumerable.Range(0, 40 * s.Channels * s.Positions).Select(_ => (byte)random.NextInt(256))];
        float[] half = [.. Enumerable.Repeat(0.5f, s.Channels)];
        var set = new ImageSet("noise", ["a", "b", "c"], s.Channels, s.Height, s.Width, pixels, new byte[40]);
        return new BatchSource(set, new Normalization(half, half), Augmentation.None, CPU, ScalarType.Float32);
    }
}

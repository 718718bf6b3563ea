using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Matching;

/// <summary>Matching by activations where residual streams are cut.</summary>
public class UntiedActivationSpecs
{
    [Fact]
    public void Each_tap_gets_the_best_assignment_of_its_own_activations_by_enumeration()
    {
        using var scope = NewDisposeScope();
        using WeightSet a = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(1, "a")),
            b = RandomNetworks.Weights(UntiedNetwork.Small, new RandomStream(1, "b"));
        using BatchSource images = Images();
        var options = new MatchingOptions
        {
            Images = 64,
            BatchSize = 64,
            Score = MatchingScore.Covariance,
        };
        Match match = new ActivationMatcher(options) { Untied = true }.Match(new MatchingProblem(a, null, b, images));
        foreach (
            (string name, string node) in new[]
            {
                ("stem.out", "relu"),
                ("block0.conv1.in", "relu"),
                ("block0.conv2.out", "block0.conv2"),
                ("block1.conv1.in", "block0.out"),
                ("block1.conv2.out", "block1.conv2"),
                ("head.in", "flatten"),
            }
        )
        {
            PermutationGroup group = match.Permutation.Groups.Groups.Single(g => g.Name == name);
            double[,] covariance = Covariance(Unit(a, images, node), Unit(b, images, node));
            double Score(IReadOnlyList<int> source) => source.Select((i, j) => covariance[j, i]).Sum();
            double best = WeightMatchingOracle.Orders(group.Units).Max(Score);
            Assert.Equal(best, Score(match.Permutation.Sources[group.Index]), 1e-4 * Math.Abs(best));
        }
    }

    [Fact]
    public void A_planted_symmetry_is_found_at_every_tap_by_activations()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet, epochs: 2);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(pair.A.Network), new RandomStream(4, "planted"));
        using WeightSet b = planted.Apply(pair.A);
        Match match = new ActivationMatcher(new() { Images = 100 }) { Untied = true }.Match(
            new MatchingProblem(pair.A, null, b, pair.Data.Matching)
        );
        Permutation expected = planted.Untie();
        int units = 0,
            found = 0;
        foreach (GroupMatch group in match.Groups.Where(group => group.DeadA == 0))
        {
            PermutationGroup g = expected.Groups.Groups.Single(other => other.Name == group.Group);
            units += g.Units;
            found += expected.Sources[g.Index].Zip(match.Permutation.Sources[g.Index], (x, y) => x == y ? 1 : 0).Sum();
        }
        Assert.True(units > 200 && found > 0.99 * units, $"{found} of {units} units");
    }

    private static BatchSource Images()
    {
        ImageSet train = TinyImages.Make().Train;
        float[] half = [0.5f, 0.5f, 0.5f];
        return new BatchSource(train, new Normalization(half, half), Augmentation.None, CPU, ScalarType.Float32);
    }

    /// <summary>Activations of a node, one array a unit over all samples, by a pass of its own.</summary>
    private static double[][] Unit(WeightSet weights, BatchSource images, string node)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        int index = weights.Network.Nodes.ToList().FindIndex(n => n.Name == node);
        using NodeArrays arrays = NodeArrays.Of(weights, CPU, ScalarType.Float32);
        Tensor? seen = null;
        using Batch batch = images.InOrder(64).First();
        new ForwardPass(weights.Network, [index]).Run(arrays, batch.Images, training: false, (_, output) => seen = output.clone());
        Tensor units = seen!.dim() == 4 ? seen.permute(1, 0, 2, 3).reshape(seen.shape[1], -1) : seen.t();
        return
        [
            .. Enumerable.Range(0, (int)units.shape[0]).Select(u => units[u].contiguous().data<float>().Select(x => (double)x).ToArray()),
        ];
    }

    private static double[,] Covariance(double[][] a, double[][] b)
    {
        var result = new double[b.Length, a.Length];
        for (int j = 0; j < b.Length; j++)
        for (int i = 0; i < a.Length; i++)
        {
            double meanA = a[i].Average(),
                meanB = b[j].Average();
            result[j, i] = a[i].Zip(b[j], (x, y) => (x - meanA) * (y - meanB)).Average();
        }
        return result;
    }
}

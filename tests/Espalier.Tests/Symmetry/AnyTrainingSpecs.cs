using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
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
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Symmetry;

/// <summary>Over the random graphs of all operations: gradients and REPAIR follow from a description alone, too.</summary>
public class AnyTrainingSpecs
{
    public static IEnumerable<TheoryDataRow<int>> Parts => AnyNetworkSpecs.Parts;

    [Theory]
    [MemberData(nameof(Parts))]
    public void The_gradient_of_a_permuted_network_is_the_permuted_gradient_and_a_step_goes_down_it(int part)
    {
        int alike = 0,
            all = 0;
        foreach (int seed in AnyNetworkSpecs.Seeds(part))
        {
            using var scope = NewDisposeScope();
            using WeightSet weights = AnyNetworkSpecs.Draw(seed);
            var random = new RandomStream(seed, "any.gradients");
            using Batch batch = new(RandomNetworks.Images(weights.Network, 6, random), tensor([0L, 1, 2, 0, 1, 2]));
            Permutation permutation = Permutation.Uniform(PermutationGroups.Of(weights.Network), random);
            using WeightSet moved = permutation.Apply(weights),
                gradient = Gradient(weights, batch),
                expected = permutation.Apply(gradient),
                found = Gradient(moved, batch);
            Assert.True(Distance(expected.Values, found.Values) < 1e-5, $"seed {seed}");
            using var step = new TrainingStep(
                weights,
                null,
                new TrainingOptions
                {
                    Momentum = 0,
                    WeightDecay = 0,
                    Precision = Precision.Float32,
                },
                CPU
            );
            step.Run(batch, 1, null);
            all++;
            alike += Distance(gradient.Values, weights.Values.Minus(step.State.Values)) < 0.01 ? 1 : 0;
        }
        // In float32 a unit that hardly varies within a batch may be rounding.
        Assert.True(alike >= 0.9 * all, $"{alike} of {all}");
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_repaired_end_is_the_end_and_what_lies_between_has_the_deviations_between(int part)
    {
        int held = 0,
            units = 0,
            repairedEnds = 0,
            ends = 0;
        foreach (int seed in AnyNetworkSpecs.Seeds(part))
        {
            using var scope = NewDisposeScope();
            using WeightSet drawn = AnyNetworkSpecs.Draw(seed);
            var random = new RandomStream(seed, "any.repair");
            using BatchSource source = AnyNetworkSpecs.Noise(drawn.Network, random);
            using var images = new StatisticsImages(source, 40);
            using WeightSet other = RandomNetworks.Weights(drawn.Network, random),
                a = BatchNormReset.Run(drawn, images),
                b = BatchNormReset.Run(other, images);
            if (UnitStatistics.Obstacle(a.Network) is { } obstacle)
            {
                Assert.Equal(obstacle, Assert.Throws<InputException>(() => new Repair(a, b, images)).Message);
                Assert.Equal(obstacle, Assert.Throws<InputException>(() => new ClosedFormRepair(a, b, images)).Message);
                Assert.DoesNotContain(Correction.Repair, Corrections.Of(a.Network));
                continue;
            }
            var repair = new Repair(a, b, images);
            foreach ((WeightSet end, double alpha) in new[] { (a, 0.0), (b, 1.0) })
            {
                using WeightSet repaired = repair.Run(end, alpha);
                ends++;
                repairedEnds += Certificate.Difference(end, repaired, images.Images) < 1e-2 ? 1 : 0;
            }
            using WeightSet middle = new(a.Layout, a.Values.Plus(b.Values).Times(0.5), a.Statistics.clone()),
                whole = repair.Run(middle, 0.5);
            IReadOnlyDictionary<int, UnitMoments> targets = repair.Targets(0.5),
                found = UnitStatistics.Of(whole, images);
            foreach ((int node, UnitMoments target) in targets)
                for (int unit = 0; unit < target.Mean.Count; unit++)
                {
                    double wanted = target.Deviation(unit),
                        is_ = found[node].Deviation(unit);
                    if (wanted < 1e-3 || is_ < 1e-3 * wanted)
                        continue; // constant: only shifted
                    units++;
                    held += Math.Abs(is_ / wanted - 1) < 0.01 ? 1 : 0;
                }
        }
        Assert.True(repairedEnds >= 0.95 * ends, $"{repairedEnds} of {ends} ends");
        Assert.True(held >= 0.98 * units, $"{held} of {units} units");
        Assert.True(units > 100);
    }

    /// <summary>Of the mean cross-entropy in training, computed in float64.</summary>
    private static WeightSet Gradient(WeightSet weights, Batch batch)
    {
        using var scope = NewDisposeScope();
        Tensor values = weights.Values.to(ScalarType.Float64).requires_grad_(true);
        using NodeArrays arrays = NodeArrays.Of(weights.Layout, values, values, weights.Statistics.to(ScalarType.Float64));
        Tensor logits = new ForwardPass(weights.Network).Run(arrays, batch.Images.to(ScalarType.Float64), training: true);
        Functional.cross_entropy(logits, batch.Labels).backward();
        return new WeightSet(weights.Layout, values.grad!.to(ScalarType.Float32), weights.Statistics.clone());
    }

    private static double Distance(Tensor expected, Tensor found) =>
        expected.Minus(found).norm().item<float>() / Math.Max(1e-6, expected.norm().item<float>());
}

using Espalier.Connectivity;
using Espalier.Networks;
using Espalier.Tests.Matching;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Connectivity;

public class RepairSpecs
{
    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    [InlineData("mixed")]
    public void The_repaired_network_has_the_statistics_between_its_ends(string name)
    {
        using var pair = new TrainedPair(TrainedPair.Named(name));
        var repair = new Repair(pair.A, pair.B, pair.Images);
        foreach (double alpha in new[] { 0.25, 0.5 })
        {
            using WeightSet middle = pair.Middle(alpha),
                full = repair.Run(middle, alpha),
                rescaled = repair.Run(middle, alpha, matchMeans: false);
            IReadOnlyDictionary<int, UnitMoments> targets = repair.Targets(alpha),
                before = UnitStatistics.Of(middle, pair.Images),
                after = UnitStatistics.Of(full, pair.Images),
                scaled = UnitStatistics.Of(rescaled, pair.Images);
            Assert.NotEmpty(targets);
            foreach ((int node, UnitMoments target) in targets)
                for (int unit = 0; unit < target.Mean.Count; unit++)
                {
                    double size = 1e-4 * (Math.Abs(target.Mean[unit]) + target.Deviation(unit) + 1e-3);
                    Assert.Equal(target.Mean[unit], after[node].Mean[unit], size);
                    Assert.Equal(target.Deviation(unit), after[node].Deviation(unit), size);
                    Assert.Equal(target.Deviation(unit), scaled[node].Deviation(unit), size);
                }
            // Something was wrong before, or this shows nothing.
            Assert.Contains(
                targets,
                entry =>
                    Enumerable.Range(0, entry.Value.Mean.Count).Any(u => before[entry.Key].Deviation(u) < 0.9 * entry.Value.Deviation(u))
            );
            Assert.Contains(
                targets,
                entry =>
                    Enumerable.Range(0, entry.Value.Mean.Count).Any(u => Math.Abs(scaled[entry.Key].Mean[u] - entry.Value.Mean[u]) > 0.01)
            );
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    [InlineData("mixed")]
    public void At_the_ends_it_gives_back_their_functions(string name)
    {
        using var pair = new TrainedPair(TrainedPair.Named(name));
        var repair = new Repair(pair.A, pair.B, pair.Images);
        foreach ((WeightSet end, double alpha) in new[] { (pair.A, 0.0), (pair.B, 1.0) })
        {
            using WeightSet repaired = repair.Run(end, alpha);
            AssertClose(pair.Logits(end), pair.Logits(repaired));
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    public void A_network_between_itself_and_itself_is_unchanged(string name)
    {
        using var pair = new TrainedPair(TrainedPair.Named(name));
        using WeightSet repaired = new Repair(pair.A, pair.A, pair.Images).Run(pair.A, 0.37);
        AssertClose(pair.Logits(pair.A), pair.Logits(repaired));
    }

    [Fact]
    public void Pruned_weights_stay_exactly_zero()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        using Mask mask = WeightMatchingOracle.KeepLargest(pair.A, 0.2);
        using WeightSet a = pair.A.Masked(mask),
            b = pair.B.Masked(mask);
        using WeightSet middle = TrainedPair.Between(a, b, 0.5);
        using WeightSet repaired = new Repair(a, b, pair.Images).Run(middle, 0.5),
            masked = repaired.Masked(mask);
        Assert.True(masked.BitEquals(repaired));
        Assert.False(repaired.Values.bytes.SequenceEqual(middle.Values.bytes));
    }

    [Fact]
    public void Constant_units_are_shifted_and_never_blown_up()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp);
        using WeightSet dead = new(pair.A.Layout, pair.A.Values.clone(), pair.A.Statistics.clone());
        Parameter first = dead.Network.Parameters[0];
        dead.Layout.View(dead.Values, first).narrow(0, 0, 1).zero_();
        using WeightSet repaired = new Repair(pair.A, pair.B, pair.Images).Run(dead, 0);
        Assert.True(repaired.IsFinite());
        Assert.Equal(0, repaired[first].narrow(0, 0, 1).abs().sum().item<float>());
        int node = UnitStatistics.Nodes(dead.Network)[0];
        Assert.Equal(UnitStatistics.Of(pair.A, pair.Images)[node].Mean[0], UnitStatistics.Of(repaired, pair.Images)[node].Mean[0], 1e-4);
    }

    [Fact]
    public void The_first_layer_agrees_with_the_closed_form_from_moments_of_the_ends()
    {
        // Both ends' first layers read the same images, so that the variance between them is (1-α)²v₁ + 2α(1-α)c + α²v₂.
        using var pair = new TrainedPair(TrainedPair.Mlp);
        using var scope = NewDisposeScope();
        Parameter weight = pair.A.Network.Parameters[0];
        Tensor x = pair.Images.Images.flatten(1).to(ScalarType.Float64),
            centred = x - x.mean([0], keepdim: true);
        Tensor wa = pair.A[weight].to(ScalarType.Float64),
            wb = pair.B[weight].to(ScalarType.Float64),
            ya = centred.mm(wa.t()),
            yb = centred.mm(wb.t());
        const double Alpha = 0.3;
        double[] v1 = Mean(ya * ya),
            v2 = Mean(yb * yb),
            cross = Mean(ya * yb);
        using WeightSet middle = pair.Middle(Alpha),
            repaired = new Repair(pair.A, pair.B, pair.Images).Run(middle, Alpha, matchMeans: false);
        for (int unit = 0; unit < v1.Length; unit++)
        {
            double between = (1 - Alpha) * (1 - Alpha) * v1[unit] + 2 * Alpha * (1 - Alpha) * cross[unit] + Alpha * Alpha * v2[unit];
            double scale = ((1 - Alpha) * Math.Sqrt(v1[unit]) + Alpha * Math.Sqrt(v2[unit])) / Math.Sqrt(between);
            double found = repaired[weight][unit].norm().item<float>() / middle[weight][unit].norm().item<float>();
            Assert.Equal(scale, found, 1e-3 * scale);
        }

        static double[] Mean(Tensor values) => values.mean([0]).data<double>().ToArray();
    }

    [Fact]
    public void The_ends_of_another_graph_or_alpha_outside_are_refused()
    {
        using TrainedPair pair = new(TrainedPair.Mlp, 1),
            other = new(TrainedPair.ResNet, 1);
        Assert.Throws<InputException>(() => new Repair(pair.A, other.A, pair.Images));
        var repair = new Repair(pair.A, pair.B, pair.Images);
        Assert.Throws<InputException>(() => repair.Run(other.A, 0.5));
        Assert.Throws<InputException>(() => repair.Run(pair.A, 1.5));
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        float size = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-3f * size);
    }
}

using Espalier.Connectivity;
using Espalier.Networks;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Connectivity;

public class ClosedFormRepairSpecs
{
    [Fact]
    public void Where_it_is_exact_it_agrees_with_what_is_measured()
    {
        using var pair = new TrainedPair(Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 24));
        var measured = new Repair(pair.A, pair.B, pair.Images);
        var closed = new ClosedFormRepair(pair.A, pair.B, pair.Images);
        foreach (double alpha in new[] { 0.2, 0.5, 0.9 })
        {
            using WeightSet middle = pair.Middle(alpha),
                forward = measured.Run(middle, alpha),
                form = closed.Run(middle, alpha);
            IReadOnlyDictionary<int, UnitMoments> first = UnitStatistics.Of(forward, pair.Images),
                second = UnitStatistics.Of(form, pair.Images);
            foreach ((int node, UnitMoments expected) in first)
                AssertClose(expected, second[node], 1e-3);
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    [InlineData("mixed")]
    public void The_first_layer_is_exact_and_deeper_ones_are_nearer_than_without(string name)
    {
        using var pair = new TrainedPair(TrainedPair.Named(name));
        var closed = new ClosedFormRepair(pair.A, pair.B, pair.Images);
        IReadOnlyDictionary<int, UnitMoments> targets = new Repair(pair.A, pair.B, pair.Images).Targets(0.5);
        using WeightSet middle = pair.Middle(0.5),
            form = closed.Run(middle, 0.5);
        IReadOnlyDictionary<int, UnitMoments> before = UnitStatistics.Of(middle, pair.Images),
            after = UnitStatistics.Of(form, pair.Images);
        int first = targets.Keys.Min();
        AssertClose(targets[first], after[first], 1e-3);
        // Layer-norms make the units of a network depend on each other: there the estimate can be worse than nothing.
        if (name != "mixed")
            Assert.True(
                Distance(targets, after) < Distance(targets, before),
                $"{Distance(targets, after)} from {Distance(targets, before)}"
            );
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    [InlineData("mixed")]
    public void At_the_ends_it_gives_back_their_functions(string name)
    {
        using var pair = new TrainedPair(TrainedPair.Named(name));
        // With batch-norm statistics of the images, as in a reset, an end's moments are those that it is repaired to.
        using WeightSet a = BatchNormReset.Run(pair.A, pair.Images),
            b = BatchNormReset.Run(pair.B, pair.Images);
        var closed = new ClosedFormRepair(a, b, pair.Images);
        foreach ((WeightSet end, double alpha) in new[] { (a, 0.0), (b, 1.0) })
        {
            using WeightSet form = closed.Run(end, alpha);
            Assert.All(
                pair.Logits(end).Zip(pair.Logits(form)),
                logit => Assert.Equal(logit.First, logit.Second, 1e-3f * (1 + Math.Abs(logit.First)))
            );
        }
    }

    [Fact]
    public void Paired_moments_equal_a_float64_computation()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        int node = UnitStatistics.Nodes(pair.A.Network)[2];
        PairedMoments found = PairedMoments.Of(pair.A, pair.B, new HashSet<int> { node }, pair.Images)[node];
        UnitMoments a = UnitStatistics.Of(pair.A, pair.Images)[node],
            b = UnitStatistics.Of(pair.B, pair.Images)[node];
        AssertClose(a, found.First, 1e-5);
        AssertClose(b, found.Second, 1e-5);
        AssertClose(a, found.Mixed(0), 1e-5);
        AssertClose(b, found.Mixed(1), 1e-5);
        // A network is wholly correlated with itself: nothing collapses.
        PairedMoments self = PairedMoments.Of(pair.A, pair.A, new HashSet<int> { node }, pair.Images)[node];
        AssertClose(a, self.Mixed(0.3), 1e-5);
    }

    [Fact]
    public void A_curve_with_it_is_a_curve_like_any_other()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        var options = new InterpolationOptions
        {
            Points = 3,
            Refinements = 0,
            Correction = Correction.ClosedForm,
        };
        InterpolationCurve curve = new Interpolation(pair.A, pair.B, options, pair.Images).Run([pair.Data.Test])[0];
        Assert.Equal(3, curve.Points.Count);
        Assert.All(curve.Points, point => Assert.True(double.IsFinite(point.Loss)));
    }

    private static void AssertClose(UnitMoments expected, UnitMoments found, double share)
    {
        for (int unit = 0; unit < expected.Mean.Count; unit++)
        {
            double size = share * (Math.Abs(expected.Mean[unit]) + expected.Deviation(unit) + 1e-3);
            Assert.Equal(expected.Mean[unit], found.Mean[unit], size);
            Assert.Equal(expected.Deviation(unit), found.Deviation(unit), size);
        }
    }

    private static double Distance(IReadOnlyDictionary<int, UnitMoments> targets, IReadOnlyDictionary<int, UnitMoments> found) =>
        targets.Sum(entry =>
            Enumerable
                .Range(0, entry.Value.Mean.Count)
                .Sum(unit =>
                    Math.Abs(entry.Value.Mean[unit] - found[entry.Key].Mean[unit])
                    + Math.Abs(entry.Value.Deviation(unit) - found[entry.Key].Deviation(unit))
                )
        );
}

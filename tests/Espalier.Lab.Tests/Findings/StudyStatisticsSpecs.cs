using Espalier.Connectivity;
using Espalier.Lab.Findings;
using Xunit;

namespace Espalier.Lab.Tests.Findings;

/// <summary>Means of masks, curves, paths and ensembles, by hand.</summary>
public sealed class StudyStatisticsSpecs
{
    [Fact]
    public void A_path_is_averaged_over_the_places_that_all_seeds_have()
    {
        BarrierResult[] curves = [Path(0, [0, 0.5, 1], [1, 5, 1]), Path(1, [0, 0.25, 0.5, 1], [3, 9, 7, 1])];
        Assert.Equal([(0, 2), (0.5, 6), (1, 1)], BarrierPaths.MeanPath(curves, point => point.Loss));
        Assert.Equal((5.25, 2), (BarrierPaths.Mean(curves, curve => curve.Test.Barrier.Loss).Mean, curves.Length));
    }

    [Fact]
    public void Masks_are_alike_unless_a_number_that_is_shown_differs()
    {
        MaskNumbers one = new(0.9, 0.89, 1e6, double.NaN);
        Assert.True(one.IsLike(one with { Sparsity = 0.9000001, MultiplyAccumulates = 1e6 + 99, EffectiveSparsity = 0.95 }));
        Assert.False(one.IsLike(one with { Sparsity = 0.90001 }));
        Assert.False(one.IsLike(one with { SparsityOfAllWeights = 0.88 }));
        Assert.False(one.IsLike(one with { MultiplyAccumulates = 1.001e6 }));
        Assert.False((one with { EffectiveSparsity = 0.9 }).IsLike(one with { EffectiveSparsity = 0.91 }));
        Assert.True(double.IsNaN(MaskNumbers.Of([]).Sparsity));
    }

    [Fact]
    public void What_masks_keep_of_a_layer_is_a_mean_of_shares()
    {
        LayerDensity Kept(long seed, long kept) => new("m", seed, "lth", 0.9, "conv.weight", 10, kept);
        Assert.Equal(0.3, MaskNumbers.Kept([Kept(0, 2), Kept(1, 4)]), 12);
        Assert.True(double.IsNaN(MaskNumbers.Kept([])));
    }

    [Fact]
    public void An_ensemble_gains_over_its_mean_member() =>
        Assert.Equal(
            (91.0, 2.5),
            new EnsembleResult("m", "lth", 0.9, 5, [90, 92], 93.5, 0, 0, 0, 0, 0, 0, 0, null, null, null) is var e
                ? (e.Members.Mean, e.GainPercent)
                : default
        );

    [Fact]
    public void Costs_of_kinds_add_up_and_are_held_against_others()
    {
        KindCost sum = KindCost.Sum("all", [new("dense", 2, 1, 20, 10, 3, 5), new("prune", 4, 4, 30, 30, 4, 6)]);
        Assert.Equal(new KindCost("all", 6, 5, 50, 40, 7, 11), sum);
        Assert.Equal(0.5, sum.ShareOfEpochs(sum with { Epochs = 100 }));
        Assert.True(double.IsNaN(sum.ShareOfEpochs(KindCost.Sum("none", []))));
    }

    [Fact]
    public void Intervals_by_chance_are_one_in_twenty() =>
        Assert.Equal((20, 1.0), (new IntervalCount(3, 2, 15).Count, new IntervalCount(3, 2, 15).ByChance));

    [Fact]
    public void A_mean_of_shares_leaves_out_those_that_there_are_not()
    {
        GapClosed none = GapClosed.Of([1.0], [-1.0]);
        Assert.Equal(0.75, GapClosed.MeanShare([GapClosed.Of([1.0], [2.0]), none, GapClosed.Of([2.0], [2.0])]));
        Assert.Equal(double.NegativeInfinity, GapClosed.MeanShare([none]));
    }

    private static BarrierResult Path(long seed, double[] alphas, double[] losses)
    {
        BarrierCurve curve = BarrierCurve.Of(
            new InterpolationCurve([.. alphas.Zip(losses, (alpha, loss) => new CurvePoint(alpha, loss, 10))])
        );
        return new BarrierResult("m", seed, "barrier", true, Correction.None, 0, 0, curve, curve);
    }
}

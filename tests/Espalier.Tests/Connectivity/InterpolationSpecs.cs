using Espalier.Connectivity;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Connectivity;

public class InterpolationSpecs
{
    [Fact]
    public void The_barrier_of_a_network_with_itself_is_exactly_0()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        foreach (Correction correction in Enum.GetValues<Correction>())
        {
            LossBarrier barrier = LossBarrier.Of(
                new Interpolation(pair.A, pair.A, new() { Points = 5, Correction = correction }, pair.Images).Run([pair.Data.Test])[0]
            );
            Assert.Equal(0, barrier.Loss, 1e-9);
            Assert.Equal(0, barrier.ErrorPercent, 1e-9);
        }
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    public void A_permuted_copy_lies_behind_a_barrier_until_it_is_matched(string name)
    {
        using var pair = new TrainedPair(TrainedPair.Named(name));
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(pair.A.Network), new RandomStream(5, "planted"));
        using WeightSet copy = planted.Apply(pair.A);
        Match match = new WeightMatcher(new()).Match(new MatchingProblem(pair.A, null, copy));
        Assert.True(match.Permutation.SameAs(planted));
        using WeightSet aligned = match.Permutation.Apply(pair.A);
        var options = new InterpolationOptions { Points = 5 };
        LossBarrier before = LossBarrier.Of(new Interpolation(pair.A, copy, options, pair.Images).Run([pair.Data.Test])[0]);
        LossBarrier after = LossBarrier.Of(new Interpolation(aligned, copy, options, pair.Images).Run([pair.Data.Test])[0]);
        Assert.True(before.Loss > 0.05, $"{before}");
        Assert.Equal(0, after.Loss, 1e-6);
    }

    [Fact]
    public void A_curve_is_the_evaluation_of_the_interpolated_networks_on_every_set()
    {
        using var pair = new TrainedPair(TrainedPair.Mlp);
        IReadOnlyList<InterpolationCurve> curves = new Interpolation(pair.A, pair.B, new() { Points = 4, Refinements = 2 }).Run([
            pair.Data.Matching,
            pair.Data.Test,
        ]);
        Assert.Equal(curves[0].Points.Select(point => point.Alpha), curves[1].Points.Select(point => point.Alpha));
        double[] alphas = [.. curves[1].Points.Select(point => point.Alpha)];
        Assert.Equal(alphas.Order(), alphas);
        Assert.Superset(new HashSet<double> { 0, 1 / 3.0, 0.5, 2 / 3.0, 1 }, alphas.ToHashSet());
        Assert.True(alphas.Length > 6);
        foreach (CurvePoint point in curves[1].Points)
        {
            using WeightSet at = pair.Middle(point.Alpha);
            Evaluation expected = Evaluation.Of(at, pair.Data.Test);
            Assert.Equal(expected.Loss, point.Loss, 1e-5);
            Assert.Equal(100 - expected.AccuracyPercent, point.ErrorPercent, 1e-9);
        }
        using WeightSet end = new Interpolation(pair.A, pair.B, new()).At(1);
        Assert.True(end.BitEquals(pair.B));
    }

    [Fact]
    public void Statistics_of_batch_norm_are_averaged_only_when_asked_for()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        using WeightSet averaged = new Interpolation(pair.A, pair.B, new() { Correction = Correction.None }).At(0.5),
            plain = pair.Middle(0.5);
        Assert.True(TrainedPair.Close(averaged, plain));
        using WeightSet fresh = new Interpolation(pair.A, pair.B, new(), pair.Images).At(0.5),
            reset = BatchNormReset.Run(plain, pair.Images);
        Assert.True(TrainedPair.Close(fresh, reset));
        Assert.False(TrainedPair.Close(fresh, plain));
        Assert.Contains("images", Assert.Throws<InputException>(() => new Interpolation(pair.A, pair.B, new())).Message);
    }

    [Fact]
    public void A_barrier_is_read_off_a_curve_against_the_line_between_its_ends()
    {
        var curve = new InterpolationCurve([new(0, 1, 10), new(0.25, 3, 10), new(0.5, 2, 30), new(1, 2, 20)]);
        Assert.Equal(new LossBarrier(1.75, 0.25, 15, 0.5, 0.5, 15), LossBarrier.Of(curve));
        var valley = new InterpolationCurve([new(0, 1, 10), new(0.5, 0.5, 5), new(1, 1, 10)]);
        Assert.Equal(new LossBarrier(0, 0, 0, 0, -0.5, -5), LossBarrier.Of(valley));
        Assert.Throws<InputException>(() => LossBarrier.Of(new InterpolationCurve([new(0, 1, 1), new(1, 1, 1)])));
    }

    [Fact]
    public void Values_that_are_not_finite_and_other_graphs_are_refused()
    {
        using TrainedPair pair = new(TrainedPair.Mlp, 1),
            other = new(TrainedPair.ResNet, 1);
        using WeightSet broken = new(pair.A.Layout, pair.A.Values.Times(double.NaN), pair.A.Statistics.clone());
        Assert.Contains("not finite", Assert.Throws<InputException>(() => new Interpolation(pair.A, broken, new())).Message);
        Assert.Throws<InputException>(() => new Interpolation(pair.A, other.A, new(), pair.Images));
        using WeightSet huge = new(pair.A.Layout, pair.A.Values.Times(1e25), pair.A.Statistics.clone());
        Assert.Contains("α", Assert.Throws<InputException>(() => new Interpolation(pair.A, huge, new()).Run([pair.Data.Test])).Message);
    }

    [Fact]
    public void A_way_that_was_stopped_continues_with_the_points_it_lacks()
    {
        using var folder = new TempFolder();
        using var pair = new TrainedPair(TrainedPair.Mlp);
        var way = new Interpolation(pair.A, pair.B, new InterpolationOptions { Points = 7, Refinements = 2 });
        InterpolationCurve whole = way.Run([pair.Data.Test])[0];
        var log = new PointLog(folder["points.jsonl"]);
        using var stop = new CancellationTokenSource();
        int seen = 0;
        Assert.Throws<OperationCanceledException>(() =>
            way.Run(
                [pair.Data.Test],
                new Relay<double>(_ =>
                {
                    if (++seen == 4)
                        stop.Cancel();
                }),
                log,
                stop.Token
            )
        );
        Assert.Equal(4, log.Read().Count);
        File.AppendAllText(folder["points.jsonl"], "{\"Alpha\":0.9,\"Se"); // killed while it wrote
        Assert.Equal(4, log.Read().Count);
        Assert.Equal(whole.Points, way.Run([pair.Data.Test], log: log)[0].Points);
        Assert.Equal(whole.Points.Count, log.Read().Count);
        // Everything is there: nothing is evaluated any more.
        long lines = File.ReadAllLines(folder["points.jsonl"]).Length;
        Assert.Equal(whole.Points, way.Run([pair.Data.Test], log: log)[0].Points);
        Assert.Equal(lines, File.ReadAllLines(folder["points.jsonl"]).Length);
    }
}

using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Pruning;

public class GradualMagnitudeSpecs
{
    private static readonly UpdateTimes Usual = new();

    [Fact]
    public void Masks_change_every_so_many_steps_before_the_end_of_changes()
    {
        Assert.Equal([100, 200, 300, 400, 500, 600, 700], Steps(Usual, 1000));
        Assert.Equal([100, 200], Steps(Usual, 400)); // T_end = 300 is none: RigL updates while t < T_end
        Assert.Equal([3, 6, 9], Steps(new UpdateTimes { Every = 3, Until = 1 }, 12));
        Assert.Equal([1], Steps(new UpdateTimes { Every = 1, Until = 0.1 }, 11));
    }

    [Theory]
    [InlineData(133, "at most 99")]
    [InlineData(10, "at most 7")]
    [InlineData(1, "longer training")]
    public void A_training_without_a_change_is_refused_with_what_would_do(long steps, string expected)
    {
        Assert.Contains(expected, Assert.Throws<InputException>(() => Usual.MustFit(steps)).Message);
        Usual.MustFit(135);
    }

    [Fact]
    public void The_sparsity_rises_by_the_published_cubic_to_the_exact_number()
    {
        // s(t) = 0.9 (1 − (1 − t/4)³) of 1000 weights: 0.520…, 0.7875, 0.8859…, 0.9; kept numbers by hand.
        var rule = new GradualMagnitude
        {
            Kept = 100,
            Times = new() { Every = 10, Until = 0.5 },
        };
        Assert.Equal(
            [1000, 1000, 480, 480, 213, 114, 100, 100, 100],
            new long[] { 0, 9, 10, 19, 20, 30, 40, 50, 100 }.Select(step => rule.KeptAfter(1000L, step, 100))
        );
    }

    [Fact]
    public void Every_change_is_global_magnitude_pruning_to_the_scheduled_number()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new RandomStream(seed, "gmp");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask some = RandomNetworks.Mask(weights, random),
                start = seed % 2 == 0 ? some.Copy() : Mask.Dense(weights.Layout, some.Prunable);
            var rule = new GradualMagnitude
            {
                Kept = 1 + random.NextInt((int)start.KeptCount / 2),
                Times = new() { Every = 10 },
            };
            Mask mask = start.Copy();
            for (long step = 10; step < 75; step += 10)
            {
                using Mask expected = GlobalMagnitude.Prune(weights, mask, rule.KeptAfter(start, step, 100));
                Mask next = rule.Next(new MaskMoment(mask, weights.Values, null, step, 100, random));
                mask.Dispose();
                Assert.True(next.BitEquals(expected));
                mask = next;
            }
            Assert.Equal(rule.Kept, mask.KeptCount);
            mask.Dispose();
        }
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Assert.Throws<InputException>(() => new GradualMagnitude { Kept = 0 }.Validated());
        Assert.Throws<InputException>(() => new UpdateTimes { Every = 0 }.Validated());
        foreach (double until in new[] { 0, -1, 1.01, double.NaN })
            Assert.Throws<InputException>(() => new UpdateTimes { Until = until }.Validated());
    }

    private static long[] Steps(UpdateTimes times, long steps)
    {
        long[] due = [.. Enumerable.Range(0, (int)steps + 1).Select(step => (long)step).Where(step => times.IsDue(step, steps))];
        Assert.Equal(due.Length, times.Count(steps));
        return due;
    }
}

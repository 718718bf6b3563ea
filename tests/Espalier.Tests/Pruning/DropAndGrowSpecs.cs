using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

/// <summary>RigL and SET against their published rules, written down once more by sorting.</summary>
public class DropAndGrowSpecs
{
    private static readonly DropAndGrow Rigl = new() { Times = new() { Every = 10 } },
        Set = Rigl with { Growth = Growth.Random };

    [Fact]
    public void The_share_that_is_dropped_falls_by_half_a_cosine_from_alpha_to_nothing()
    {
        // Evci et al. 2020, equation in section 3: f = α/2 (1 + cos(tπ / T_end)).
        Assert.Equal(0.3, Rigl.FractionAt(0, 1000), 12);
        Assert.Equal(0.15 * (1 + Math.Sqrt(0.5)), Rigl.FractionAt(150, 800), 12);
        Assert.Equal(0.15, Rigl.FractionAt(375, 1000), 12);
        Assert.Equal(0, Rigl.FractionAt(750, 1000), 12);
    }

    [Fact]
    public void Rigl_drops_and_grows_the_very_weights_that_sorting_finds()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new RandomStream(seed, "rigl");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask before = RandomNetworks.Mask(weights, random);
            // Many ties.
            float[] values = [.. before.Pruned.data<bool>().ToArray().Select(pruned => pruned ? 0 : (random.NextInt(9) - 4) * 0.25f)];
            float[] gradient = [.. values.Select(_ => (random.NextInt(9) - 4) * 0.5f)];
            (long step, long steps) = (1 + random.NextInt(70), 100);
            using Mask after = Rigl.Next(new MaskMoment(before, tensor(values), tensor(gradient), step, steps, random));

            bool[] pruned = before.Pruned.data<bool>().ToArray();
            foreach (Parameter p in before.Prunable)
            {
                int first = (int)before.Layout.Offset(p);
                int[] places = [.. Enumerable.Range(first, p.Count)],
                    active = [.. places.Where(i => !pruned[i])];
                int count = (int)(0.15 * (1 + Math.Cos(Math.PI * step / 75)) * active.Length);
                int[] remaining = [.. active.OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).Take(active.Length - count)];
                int[] grown = [.. places.Except(remaining).OrderByDescending(i => Math.Abs(gradient[i])).ThenBy(i => i).Take(count)];
                Assert.Equal(remaining.Concat(grown).Order(), places.Where(i => !after.Pruned.data<bool>()[i]));
                Assert.Equal(before.Kept(p), after.Kept(p));
            }
        }
    }

    [Fact]
    public void Set_drops_the_smallest_and_grows_as_many_at_random()
    {
        using Moment m = new();
        using Mask after = Set.Next(m.At(20, "one")),
            again = Set.Next(m.At(20, "one")),
            other = Set.Next(m.At(20, "two"));
        Assert.True(after.BitEquals(again));
        Assert.False(after.BitEquals(other));
        float[] values = m.Values.data<float>().ToArray();
        bool[] was = Kept(m.Mask),
            now = Kept(after),
            elsewhere = Kept(other);
        foreach (Parameter p in m.Mask.Prunable)
        {
            int[] places = [.. Enumerable.Range((int)m.Mask.Layout.Offset(p), p.Count)],
                active = [.. places.Where(i => was[i]).OrderByDescending(i => Math.Abs(values[i]))];
            int dropped = (int)(Set.FractionAt(20, 100) * active.Length);
            Assert.True(dropped > 3);
            Assert.Equal(active.Length, places.Count(i => now[i]));
            Assert.All(active[..^dropped], i => Assert.True(now[i] && elsewhere[i]));
            Assert.True(places.Count(i => now[i] && !was[i]) > dropped / 2); // nearly all of the places to grow at were empty
        }
    }

    [Fact]
    public void Set_grows_everywhere_alike()
    {
        using Moment m = new(4);
        var layer = m.Mask.Prunable[^1]; // 4 of its 16 weights are kept, one is dropped: 13 places, one drawn
        var grown = new Dictionary<int, int>();
        int first = (int)m.Mask.Layout.Offset(layer);
        bool[] was = Kept(m.Mask);
        for (int i = 0; i < 1300; i++)
        {
            using Mask after = (
                Set with
                {
                    Fraction = 0.3,
                    Times = new() { Every = 1, Until = 1 },
                }
            ).Next(m.At(1, $"{i}", 1000));
            foreach (int place in Enumerable.Range(first, layer.Count).Where(place => Kept(after)[place] && !was[place]))
                grown[place] = grown.GetValueOrDefault(place) + 1;
        }
        Assert.Equal(12, grown.Count);
        Assert.All(grown.Values, count => Assert.InRange(count, 55, 150)); // 100 ± 5 deviations of 9.6
    }

    [Fact]
    public void A_full_layer_stays_full_and_what_grows_where_it_was_dropped_counts_as_kept()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 2, 2), 4, depth: 1, width: 4));
        Parameter[] prunable = [.. PrunableSet.AllWeights.Of(layout.Network)];
        using Mask full = Mask.Dense(layout, prunable);
        Tensor values = Held.Range(layout.Length, ScalarType.Float32).Plus(1),
            gradient = values.flip(0);
        using Mask after = Rigl.Next(new MaskMoment(full, values, gradient, 10, 100, new RandomStream(0, "full"))),
            random = Set.Next(new MaskMoment(full, values, null, 10, 100, new RandomStream(0, "full")));
        Assert.True(after.BitEquals(full) && random.BitEquals(full));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_has_diverged_is_refused(float broken)
    {
        using Moment m = new();
        using Tensor gradient = m.Values.Times(broken);
        Assert.Contains("not finite", Assert.Throws<InputException>(() => Rigl.Next(m.At(20, "") with { Gradient = gradient })).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Impossible_shares_are_refused(double share) =>
        Assert.Throws<InputException>(() => (Rigl with { Fraction = share }).Validated());

    private static bool[] Kept(Mask mask) => [.. mask.Pruned.data<bool>().ToArray().Select(pruned => !pruned)];

    /// <summary>An MLP with a quarter of its weights, all magnitudes different.</summary>
    private sealed class Moment : IDisposable
    {
        public Moment(int width = 16)
        {
            using WeightSet weights = Initialization.KaimingNormal(
                Mlp.Build(Shape.Maps(1, 4, 4), width, depth: 1, width: width),
                new RandomStream(0, "A")
            );
            Mask = UniformDensity.Random(
                weights.Layout,
                PrunableSet.AllWeights.Of(weights.Network),
                PrunableSet.AllWeights.Of(weights.Network).Sum(p => p.Count) / 4,
                new RandomStream(0, "mask")
            );
            Values = weights.Masked(Mask).Values;
        }

        public Mask Mask { get; }

        public Tensor Values { get; }

        public MaskMoment At(long step, string stream, long steps = 100) =>
            new(Mask, Values, null, step, steps, new RandomStream(0, stream));

        public void Dispose()
        {
            Mask.Dispose();
            Values.Dispose();
        }
    }
}

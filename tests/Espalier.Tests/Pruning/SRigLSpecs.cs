using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

/// <summary>SRigL against its published rule, written down once more by sorting.</summary>
public class SRigLSpecs
{
    private static readonly SRigL Rule = new() { Times = new() { Every = 10 } };

    [Fact]
    public void An_update_is_the_one_done_by_hand()
    {
        // 4 inputs, 4 units with 2 weights each; 8 · 0.15 (1 + cos(π 10 / 75)) = 2.29: 2 of 8 are dropped. Then 2 classes, full.
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 2, 2), 2, depth: 1, width: 4));
        float[] weights =

            [
                9,
                8,
                0,
                0,
                7,
                0,
                6,
                0,
                0,
                0,
                5,
                4,
                1,
                0,
                0,
                2, // both dropped
            ],
            slopes =

            [
                0,
                0,
                1,
                2,
                0,
                9,
                0,
                0, // wanted
                3,
                0,
                0,
                0,
                0,
                8,
                0,
                0, // wanted
            ];
        float[] rest = [.. Enumerable.Repeat(1f, layout.Length is var length ? (int)length - 16 : 0)];
        bool[] pruned = [.. weights.Select(w => w == 0), .. rest.Select(_ => false)];
        using Mask mask = new(layout, PrunableSet.AllWeights.Of(layout.Network), tensor(pruned));
        Mask Next(double saliency) =>
            (Rule with { Saliency = saliency }).Next(
                new MaskMoment(mask, tensor([.. weights, .. rest]), tensor([.. slopes, .. rest]), 10, 100, new RandomStream(0, "hand"))
            );
        // Of a fan-in of 2 the least is 1 (0.5) or 2 (1). The last unit has one salient place, 8, and the others two or more.
        using Mask one = Next(0.5),
            two = Next(1);
        Assert.Equal("1100 1010 0011 1100", Rows(one)); // it grows where the gradient is 8, then at the first of its zeros
        Assert.Equal("1101 1110 0011 0000", Rows(two)); // ablated: 8 weights for 3 units, the first two have one more

        string Rows(Mask next) =>
            string.Join(
                ' ',
                next.Pruned.data<bool>().ToArray().Take(16).Select(gone => gone ? '0' : '1').Chunk(4).Select(row => new string(row))
            );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void An_update_takes_the_very_weights_that_sorting_finds(double saliency)
    {
        int ablated = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new RandomStream(seed, "srigl");
            Network network = RandomNetworks.Graph(random);
            var layout = new ParameterLayout(network);
            IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(network);
            int all = prunable.Sum(p => p.Count);
            using Mask before = ConstantFanIn.Random(layout, prunable, all / 5 + random.NextInt(all / 2), random);
            // Many ties; some units of small weights and slopes, so that there is something to ablate.
            bool[] pruned = before.Pruned.data<bool>().ToArray();
            float[] values = new float[pruned.Length],
                slopes = new float[pruned.Length];
            foreach (Parameter p in prunable)
                for (int i = 0; i < p.Count; i++)
                {
                    int place = (int)layout.Offset(p) + i;
                    float strength = i / (p.Count / p.Shape[0]) % 3 == 0 ? 0.1f : 1;
                    values[place] = pruned[place] ? 0 : strength * (random.NextInt(9) - 4) * 0.25f;
                    slopes[place] = strength * (random.NextInt(9) - 4) * 0.5f;
                }
            (long step, long steps) = (1 + random.NextInt(40), 100);
            using Mask after = (Rule with { Saliency = saliency }).Next(
                new MaskMoment(before, tensor(values), tensor(slopes), step, steps, random)
            );
            bool[] now = after.Pruned.data<bool>().ToArray();
            foreach (Parameter p in prunable)
            {
                int first = (int)layout.Offset(p),
                    units = p.Shape[0],
                    inputs = p.Count / units;
                int[] places = [.. Enumerable.Range(first, p.Count)],
                    active = [.. places.Where(i => !pruned[i])];
                int count = (int)(0.15 * (1 + Math.Cos(Math.PI * step / 75)) * active.Length);
                if (count == 0)
                    continue;
                HashSet<int> remaining = [.. active.OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).SkipLast(count)],
                    wanted = [.. places.OrderByDescending(i => Math.Abs(slopes[i])).ThenBy(i => i).Take(count)];
                int[] salient =
                [
                    .. Enumerable
                        .Range(0, units)
                        .Select(u => places.Skip(u * inputs).Take(inputs).Count(i => remaining.Contains(i) || wanted.Contains(i))),
                ];
                int least = saliency == 0 || p == prunable[^1] ? 0 : Math.Max(1, (int)(saliency * (active.Length / units)));
                while (salient.Count(s => s >= least) * inputs < active.Length)
                    least--;
                int[] alive = [.. Enumerable.Range(0, units).Where(u => salient[u] >= least)];
                ablated += units - alive.Length;
                var expected = new List<int>();
                for (int j = 0; j < alive.Length; j++)
                {
                    int fanIn = active.Length / alive.Length + (j < active.Length % alive.Length ? 1 : 0);
                    int[] own = [.. Enumerable.Range(first + alive[j] * inputs, inputs)],
                        stay = [.. own.Where(remaining.Contains).OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).Take(fanIn)];
                    expected.AddRange(stay);
                    expected.AddRange(
                        own.Except(stay).OrderByDescending(i => Math.Abs(slopes[i])).ThenBy(i => i).Take(fanIn - stay.Length)
                    );
                }
                Assert.Equal(expected.Order(), places.Where(i => !now[i]));
                Assert.Equal(before.Kept(p), after.Kept(p));
            }
        }
        Assert.Equal(saliency > 0, ablated > 0);
    }

    [Theory]
    [InlineData(0, 2000)]
    [InlineData(0.3, 2000)]
    [InlineData(0.3, 500)]
    public void After_every_update_of_a_training_the_units_of_a_layer_that_are_left_have_one_fan_in(double saliency, int kept)
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(network);
        using Mask mask = ConstantFanIn.Random(start.Layout, prunable, kept, new RandomStream(0, "mask"));
        Assert.Equal(kept, mask.KeptCount);
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = Precision.Float32 }, CPU);
        var rule = new SRigL
        {
            Saliency = saliency,
            Times = new() { Every = 3 },
        };
        int done = 0,
            changes = 0;
        Check(mask);
        foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "data"), 8))
        {
            bool due = rule.IsDue(++done, 32);
            byte[] before = [.. step.State.Mask!.Pruned.bytes];
            using (batch)
                step.Run(batch, 0.1, null, due ? new DueUpdate(rule, done, 32, new RandomStream(0, "mask", done)) : null);
            changes += before.SequenceEqual(step.State.Mask!.Pruned.bytes.ToArray()) ? 0 : 1;
            step.State.CheckMask(kept);
            Check(step.State.Mask!);
        }
        Assert.InRange(changes, 6, 7); // T_end = 24; a last update of few weights may drop none

        void Check(Mask current)
        {
            foreach (Parameter p in prunable)
            {
                long[] fanIns = [.. current.KeptOfUnits(p).data<long>().ToArray()],
                    left = [.. fanIns.Where(count => count > 0)];
                Assert.Equal(mask.Kept(p), fanIns.Sum());
                if (left.Length == 0)
                    continue;
                Assert.InRange(left.Max() - left.Min(), 0, left.Sum() % left.Length == 0 ? 0 : 1);
                if (saliency == 0 || p == prunable[^1])
                    Assert.Equal(Math.Min(fanIns.Length, (int)mask.Kept(p)), left.Length);
            }
        }
    }

    [Theory]
    [InlineData(-0.1, 0.3)]
    [InlineData(1.1, 0.3)]
    [InlineData(double.NaN, 0.3)]
    [InlineData(0.3, 1)]
    public void Impossible_shares_are_refused(double saliency, double fraction) =>
        Assert.Throws<InputException>(() => (Rule with { Saliency = saliency, Fraction = fraction }).Validated());

    [Fact]
    public void A_gradient_that_has_diverged_is_refused()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 2, 4), 4, depth: 1, width: 6));
        using Mask mask = ConstantFanIn.Random(layout, PrunableSet.AllWeights.Of(layout.Network), 40, new RandomStream(0, "mask"));
        Tensor values = mask.ToFactors(CPU, ScalarType.Float32),
            broken = values.log().log();
        Assert.Contains(
            "not finite",
            Assert.Throws<InputException>(() => Rule.Next(new MaskMoment(mask, values, broken, 10, 100, new RandomStream(0, "")))).Message
        );
    }
}

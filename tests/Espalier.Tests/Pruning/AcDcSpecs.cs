using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

public class AcDcSpecs
{
    private static readonly AcDcPhases Usual = new(),
        ForCifar100 = new() { WarmUp = 0.05, Phase = 0.1 };

    /// <summary>The authors' schedules, by epochs, for any number of steps an epoch.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(391)]
    public void Phases_are_those_of_the_authors(int perEpoch)
    {
        Assert.Equal(
            [.. new[] { 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 85 }.Select(epoch => epoch * perEpoch)],
            Boundaries(Usual, 100 * perEpoch)
        );
        Assert.Equal(
            [.. new[] { 10, 30, 50, 70, 90, 110, 130, 150, 170 }.Select(epoch => epoch * perEpoch)],
            Boundaries(ForCifar100, 200 * perEpoch)
        );
    }

    [Fact]
    public void Boundaries_are_rounded_to_steps()
    {
        // 28 steps: 2.8, 4.2, 5.6, 7, 8.4, 9.8, 11.2, 12.6, 14, 15.4, 16.8, 18.2, 19.6, 21; 23.8.
        Assert.Equal([3, 4, 6, 7, 8, 10, 11, 13, 14, 15, 17, 18, 20, 21, 24], Boundaries(Usual, 28));
        // 10 steps: 2.5 and 5 of one pair; 7.5.
        Assert.Equal(
            [3, 5, 8],
            Boundaries(
                new AcDcPhases
                {
                    WarmUp = 0.25,
                    Phase = 0.25,
                    Final = 0.75,
                },
                10
            )
        );
    }

    [Fact]
    public void A_compressed_phase_that_leaves_no_full_dense_one_before_the_last_is_skipped()
    {
        // From 0.1 in phases of 0.2: 0.5 to 0.7 would leave 0.7 to 0.85 or to 0.89, to 0.9 it is full.
        Assert.Equal([10, 30, 85], Boundaries(new AcDcPhases { Phase = 0.2 }, 100));
        Assert.Equal([10, 30, 89], Boundaries(new AcDcPhases { Phase = 0.2, Final = 0.89 }, 100));
        Assert.Equal([10, 30, 50, 70, 90], Boundaries(new AcDcPhases { Phase = 0.2, Final = 0.9 }, 100));
    }

    [Fact]
    public void Whatever_the_shares_each_phase_of_a_training_that_fits_has_a_step_and_the_last_is_compressed()
    {
        var random = new RandomStream(0, "phases");
        int refused = 0;
        for (int trial = 0; trial < 400; trial++)
        {
            AcDcPhases phases = new()
            {
                WarmUp = (1 + random.NextInt(40)) / 100.0,
                Phase = (1 + random.NextInt(20)) / 100.0,
                Final = (81 + random.NextInt(19)) / 100.0,
            };
            long steps = 1 + random.NextInt(300);
            double shortest = new[] { phases.WarmUp, phases.Phase, 1 - phases.Final }.Min();
            phases.Validated();
            if (shortest * steps < 1 - 1e-6)
            {
                refused++;
                Assert.Contains("expected at least", Assert.Throws<InputException>(() => phases.MustFit(steps)).Message);
                continue;
            }
            phases.MustFit(steps);
            int pairs = (int)((phases.Final - phases.WarmUp + 1e-6) / (2 * phases.Phase)); // by the rule, in words of shares
            long[] due = Boundaries(phases, steps);
            Assert.Equal(2 * pairs + 1, due.Length);
            Assert.Equal(due.Select((_, i) => i % 2 == 0), due.Select(step => phases.IsCompressed(step, steps)));
            Assert.InRange(due[^1], 2, steps - 1);
            Assert.True(phases.IsCompressed(steps, steps));
        }
        Assert.InRange(refused, 20, 380);
    }

    [Fact]
    public void A_training_too_short_for_a_phase_is_refused_with_how_long_it_has_to_be()
    {
        Assert.Contains("at least 20 steps", Assert.Throws<InputException>(() => new AcDc { Kept = 1 }.MustFit(19)).Message);
        new AcDc { Kept = 1 }.MustFit(20);
        Assert.Equal(15, Boundaries(Usual, 20).Length);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Assert.Throws<InputException>(() => new AcDc { Kept = 0 }.Validated());
        foreach (double share in new[] { 0, 1, -1, double.NaN })
        {
            Assert.Throws<InputException>(() => new AcDcPhases { WarmUp = share }.Validated());
            Assert.Throws<InputException>(() => new AcDcPhases { Phase = share }.Validated());
            Assert.Throws<InputException>(() => new AcDcPhases { Final = share }.Validated());
        }
        Assert.Throws<InputException>(() => new AcDcPhases { Phase = 0.38 }.Validated());
        new AcDcPhases { Phase = 0.375 }.Validated();
        ForCifar100.Validated();
    }

    [Fact]
    public void A_compressed_mask_is_global_magnitude_pruning_of_all_prunable_weights_and_a_decompressed_one_is_dense()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new RandomStream(seed, "ac-dc");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask now = RandomNetworks.Mask(weights, random),
                dense = Mask.Dense(weights.Layout, now.Prunable);
            var rule = new AcDc { Kept = 1 + random.NextInt((int)dense.PrunableCount) };
            using Mask expected = GlobalMagnitude.Prune(weights, dense, rule.Kept),
                compressed = rule.Next(new MaskMoment(now, weights.Values, null, 20, 100, random)),
                decompressed = rule.Next(new MaskMoment(now, weights.Values, null, 25, 100, random));
            Assert.True(compressed.BitEquals(expected));
            Assert.True(decompressed.BitEquals(dense));
            Assert.Equal(
                [now.KeptCount, now.KeptCount, rule.Kept, rule.Kept, dense.PrunableCount, dense.PrunableCount, rule.Kept, rule.Kept],
                new long[] { 0, 9, 10, 14, 15, 84, 85, 100 }.Select(step => rule.KeptAfter(now, step, 100))
            );
        }
    }

    [Fact]
    public void In_compressed_phases_alone_the_largest_weights_are_trained_and_the_others_stay_zero_until_all_are_trained_again()
    {
        using var scope = NewDisposeScope();
        using WeightSet start = Initialization.KaimingNormal(TinyTraining.Network, new RandomStream(0, "A"));
        using Mask mask = Mask.Dense(start.Layout, PrunableSet.AllWeights.Of(start.Network));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = Precision.Float32 }, CPU);
        int kept = (int)mask.PrunableCount / 10;
        var rule = new AcDc
        {
            Kept = kept,
            Phases = new() { Phase = 0.1, Final = 0.8 },
        };
        // Of 20 steps: compressed after 2, 6, 10 and 16, dense after 4, 8 and 12.
        var phases = new List<(long Kept, long NotZero, bool Resting)>();
        long done = 0;
        for (int epoch = 0; done < 20; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "data", epoch), 32))
                using (batch)
                {
                    if (++done > 20)
                        break;
                    step.Run(batch, 0.05, null, rule.IsDue(done, 20) ? new DueUpdate(rule, done, 20, new RandomStream(0, "m")) : null);
                    step.State.CheckMask(rule.KeptAfter(mask, done, 20));
                    long notZero = mask.Prunable.Sum(p =>
                        start.Layout.Slice(step.State.Values.detach(), p).ne(Held.Zero).sum().item<long>()
                    );
                    phases.Add((step.State.Mask!.KeptCount, notZero, step.State.Velocity.ne(Held.Zero).sum().item<long>() == 0));
                }
        long all = mask.PrunableCount;
        bool[] compressed = [.. phases.Select(phase => phase.Kept == kept)];
        Assert.Equal([1, 2, 5, 6, 9, 10, 15, 16, 17, 18, 19], compressed.Index().Where(step => step.Item).Select(step => step.Index));
        Assert.All(phases, phase => Assert.True(phase.Kept == kept || phase.Kept == all));
        Assert.All(phases.Where(phase => phase.Kept == kept), phase => Assert.InRange(phase.NotZero, kept * 9 / 10, kept));
        // A decompressed phase begins from zero, and one step later other weights than those kept are trained.
        foreach (int begin in new[] { 3, 7, 11 })
        {
            Assert.InRange(phases[begin].NotZero, kept * 9 / 10, kept);
            Assert.True(phases[begin + 1].NotZero > 2 * kept);
        }
        // Then, and only then, no array has any momentum, as in the authors' trainings.
        Assert.Equal([3, 7, 11], phases.Index().Where(step => step.Item.Resting).Select(step => step.Index));
    }

    private static long[] Boundaries(AcDcPhases phases, long steps) =>
        [.. Enumerable.Range(1, (int)steps).Select(step => (long)step).Where(step => phases.IsDue(step, steps))];
}

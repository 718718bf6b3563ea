using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

public class ExactCountSpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(180)]
    public void The_largest_magnitudes_stay_and_ties_are_broken_by_position(int kept)
    {
        Network network = Mlp.Build(Shape.Maps(1, 3, 3), 3, depth: 2, width: 9);
        var random = new RandomStream(kept, "ties");
        var layout = new ParameterLayout(network);
        float[] values = [.. Enumerable.Range(0, (int)layout.Length).Select(_ => (random.NextInt(7) - 3) * 0.5f)]; // many ties
        var weights = new WeightSet(layout, tensor(values), zeros(0));
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(network);
        using Mask first = GlobalMagnitude.Prune(weights, Mask.Dense(layout, prunable), 181),
            mask = GlobalMagnitude.Prune(weights, first, kept);

        HashSet<int> expected =
        [
            .. prunable
                .SelectMany(p => Enumerable.Range((int)layout.Offset(p), p.Count))
                .OrderByDescending(i => Math.Abs(values[i]))
                .ThenBy(i => i)
                .Take(kept),
        ];
        bool[] pruned = mask.Pruned.data<bool>().ToArray();
        Assert.Equal(kept, mask.KeptCount);
        foreach (Parameter p in network.Parameters)
            for (int i = (int)layout.Offset(p); i < layout.Offset(p) + p.Count; i++)
                Assert.Equal(p.IsWeight && !expected.Contains(i), pruned[i]);
        Assert.False(mask.Pruned.logical_not().logical_and(first.Pruned).any().item<bool>()); // nothing returns
    }

    [Fact]
    public void Targets_share_their_rounds_and_are_reached_exactly()
    {
        const long Weights = 268_336;
        IReadOnlyList<PruningRound> rounds = PruningSchedule.Plan(Weights, 0.2, [0.97, 0.8, 0.95, 0.9]);
        Assert.Equal(15, rounds.Count(r => r.Target is null));
        Assert.Equal([0.8, 0.9, 0.95, 0.97], rounds.Where(r => r.Target is not null).Select(r => r.Target!.Value));
        Assert.All(rounds.Where(r => r.Target is not null), r => Assert.Equal((long)Math.Round((1 - r.Target!.Value) * Weights), r.Kept));
        Assert.Equal([8, 11, 14, 16], rounds.Where(r => r.Target is not null).Select(r => r.Round));
        long before = Weights;
        foreach (PruningRound round in rounds.Where(r => r.Target is null))
        {
            Assert.InRange(round.Kept, 0.8 * before - 1, 0.8 * before + 1);
            before = round.Kept;
        }
    }

    [Fact]
    public void A_target_that_a_shared_round_reaches_is_that_round()
    {
        IReadOnlyList<PruningRound> rounds = PruningSchedule.Plan(1000, 0.2, [0.2, 0.36, 0.4, 0.488]);
        Assert.Equal(
            [(1, 800, null), (1, 800, 0.2), (2, 640, null), (2, 640, 0.36), (3, 600, 0.4), (3, 512, null), (3, 512, (double?)0.488)],
            rounds.Select(r => (r.Round, r.Kept, r.Target))
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(0.99999)]
    [InlineData(0.0001)]
    public void Impossible_sparsities_are_refused(double sparsity) =>
        Assert.Throws<InputException>(() => PruningSchedule.Plan(100, 0.2, [sparsity]));
}

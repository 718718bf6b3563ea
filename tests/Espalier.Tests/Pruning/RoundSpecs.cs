using System.Globalization;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Pruning;

public class RoundSpecs
{
    [Theory]
    [InlineData(1e-17)]
    [InlineData(1e-9)]
    public void A_round_that_prunes_nothing_is_refused(double fraction) =>
        Assert.Throws<InputException>(() => PruningSchedule.Plan(1000, fraction, [0.5]));

    [Fact]
    public void Every_target_has_a_folder_of_its_own_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal("sparsity-0.95", new PruningRound(3, 5, 0.95).Name);
            Assert.Equal("round-07", new PruningRound(7, 5, null).Name);
            Assert.NotEqual(new PruningRound(3, 5, 0.99995).Name, new PruningRound(3, 4, 0.99996).Name);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Random_graphs_keep_exactly_what_sorting_keeps()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new RandomStream(seed, "prune");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask before = RandomNetworks.Mask(weights, random);
            long kept = 1 + random.NextInt((int)before.KeptCount);
            using Mask after = GlobalMagnitude.Prune(weights, before, kept);
            float[] values = weights.Values.data<float>().ToArray();
            bool[] already = before.Pruned.data<bool>().ToArray(),
                pruned = after.Pruned.data<bool>().ToArray();
            int[] candidates =
            [
                .. before.Prunable.SelectMany(p => Enumerable.Range((int)weights.Layout.Offset(p), p.Count)).Where(i => !already[i]),
            ];
            HashSet<int> expected = [.. candidates.OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).Take((int)kept)];
            Assert.Equal(expected.Order(), candidates.Where(i => !pruned[i]));
            Assert.Equal(kept, after.KeptCount);
            Assert.Throws<InputException>(() => GlobalMagnitude.Prune(weights, after, kept + 1));
            Assert.Throws<InputException>(() => GlobalMagnitude.Prune(weights, after, 0));
        }
    }
}

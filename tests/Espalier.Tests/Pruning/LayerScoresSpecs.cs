using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

/// <summary>Pruning of each array by itself, against a sort.</summary>
public sealed class LayerScoresSpecs
{
    [Fact]
    public void By_layer_every_array_keeps_the_same_share_of_its_largest_scores()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new RandomStream(seed, "layers");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask before = RandomNetworks.Mask(weights, random);
            long now = before.KeptCount,
                kept = 1 + random.NextInt((int)now);
            using Mask after = PruningCriteria.LayerMagnitude.Keep(new PruningMoment(weights, before, random), kept);
            Assert.Equal(kept, after.KeptCount);
            float[] values = weights.Values.data<float>().ToArray();
            bool[] already = before.Pruned.data<bool>().ToArray(),
                pruned = after.Pruned.data<bool>().ToArray();
            foreach (Parameter p in before.Prunable)
            {
                Assert.InRange(
                    after.Kept(p),
                    Math.Floor((double)kept * before.Kept(p) / now),
                    Math.Ceiling((double)kept * before.Kept(p) / now)
                );
                int[] all = [.. Enumerable.Range((int)weights.Layout.Offset(p), p.Count)];
                Assert.Equal(
                    all.Where(i => !already[i]).OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).Take((int)after.Kept(p)).Order(),
                    all.Where(i => !pruned[i])
                );
            }
        }
    }
}

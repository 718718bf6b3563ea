using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Pruning;

public class NmMagnitudeSpecs
{
    [Fact]
    public void Of_every_four_inputs_two_are_kept_as_done_by_hand()
    {
        // 6 inputs: a group of four, and one of two that keeps one; the classes' two inputs are such a group.
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 1, 6), 2, depth: 1, width: 2));
        float[] weights = [1, -4, 3, 2, 5, -6, 7, 7, 7, 7, 1, 1, 9, 9, 0.5f, -1, 2, 2, 9, 9];
        using var set = new WeightSet(layout, tensor(weights), zeros(0));
        using Mask dense = Mask.Dense(layout, PrunableSet.AllWeights.Of(layout.Network)),
            mask = NmMagnitude.Prune(set, dense, 2, 4);
        Assert.Equal("011001 110010 11 01 10 11", Rows(mask));
        // A ticket that has lost the two largest of the first group keeps what is left of it.
        bool[] pruned = [.. Enumerable.Range(0, 20).Select(i => i is 1 or 2 or 10)];
        using Mask ticket = new(layout, dense.Prunable, tensor(pruned)),
            both = NmMagnitude.Prune(set, ticket, 2, 4);
        Assert.Equal("100101 110001 11 01 10 11", Rows(both));

        static string Rows(Mask mask)
        {
            string all = new([.. mask.Pruned.data<bool>().ToArray().Select(gone => gone ? '0' : '1')]);
            return string.Join(' ', all[..6], all[6..12], all[12..14], all[14..16], all[16..18], all[18..]);
        }
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 3)]
    [InlineData(4, 4)]
    [InlineData(1, 64)]
    public void It_keeps_the_very_weights_that_sorting_finds(int n, int m)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new RandomStream(seed, "n:m");
            using WeightSet weights = RandomNetworks.Weights(RandomNetworks.Graph(random), random);
            using Mask ticket = RandomNetworks.Mask(weights, random),
                mask = NmMagnitude.Prune(weights, ticket, n, m);
            foreach (Parameter p in ticket.Prunable)
            {
                // By PyTorch's shape: [out, in, kernel, kernel], or [out, in].
                int inputs = p.Shape[1],
                    places = p.Count / p.Shape[0] / inputs;
                float[] values = weights[p].abs().contiguous().data<float>().ToArray();
                bool[] before = Kept(ticket, p),
                    after = Kept(mask, p);
                for (int unit = 0; unit < p.Shape[0]; unit++)
                for (int place = 0; place < places; place++)
                for (int first = 0; first < inputs; first += m)
                {
                    int[] group =
                    [
                        .. Enumerable.Range(first, Math.Min(m, inputs - first)).Select(input => (unit * inputs + input) * places + place),
                    ];
                    int count = (int)Math.Ceiling(n * group.Length / (double)m);
                    Assert.Equal(
                        group.Where(i => before[i]).OrderByDescending(i => values[i]).ThenBy(i => i).Take(count).Order(),
                        group.Where(i => after[i])
                    );
                }
            }
        }

        static bool[] Kept(Mask mask, Parameter p) => mask.Layout.View(mask.Pruned, p).logical_not().contiguous().data<bool>().ToArray();
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(5, 4)]
    [InlineData(-1, -1)]
    public void Impossible_ratios_are_refused(int n, int m)
    {
        using WeightSet weights = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(1, 1, 6), 2, depth: 1, width: 2),
            new RandomStream(0, "A")
        );
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(weights.Network));
        Assert.Contains($"{n}:{m}", Assert.Throws<InputException>(() => NmMagnitude.Prune(weights, dense, n, m)).Message);
        using var broken = new WeightSet(weights.Layout, weights.Values.log().log(), zeros(0));
        Assert.Contains("not finite", Assert.Throws<InputException>(() => NmMagnitude.Prune(broken, dense, 2, 4)).Message);
    }
}

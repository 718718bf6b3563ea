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

/// <summary>Random masks of constant fan-in.</summary>
public class ConstantFanInSpecs
{
    [Fact]
    public void A_random_mask_of_constant_fan_in_has_the_densities_of_its_layers_and_every_place_alike()
    {
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 2, 4), 4, depth: 1, width: 6));
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(layout.Network);
        var hits = new int[layout.Length];
        for (int seed = 0; seed < 400; seed++)
        {
            using Mask mask = ConstantFanIn.Random(layout, prunable, 26, new RandomStream(seed, "mask"));
            Assert.Equal(ErdosRenyiKernel.Counts(prunable, 26), prunable.Select(mask.Kept));
            foreach ((int place, bool pruned) in mask.Pruned.data<bool>().ToArray().Index())
                hits[place] += pruned ? 0 : 1;
        }
        int fanIn = (int)ErdosRenyiKernel.Counts(prunable, 26)[0];
        foreach (int unit in Enumerable.Range(0, 6))
            Assert.All(
                hits[(unit * 8)..(unit * 8 + 8)],
                count =>
                    Assert.InRange(
                        count / 400.0,
                        ConstantFanIn.Of(fanIn, 6)[unit] / 8.0 - 0.12,
                        ConstantFanIn.Of(fanIn, 6)[unit] / 8.0 + 0.12
                    )
            );
        Assert.Throws<InputException>(() => ConstantFanIn.Random(layout, prunable, 1000, new RandomStream(0, "mask")));
    }
}

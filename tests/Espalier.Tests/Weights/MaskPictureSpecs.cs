using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Weights;

/// <summary>Pictures of masks show what the masks keep.</summary>
public class MaskPictureSpecs
{
    [Theory]
    [InlineData("mlp:depth=2,width=300")] // more inputs and outputs than a picture has cells
    [InlineData("resnet20")]
    [InlineData("resnext50_32x4d:width=0.5")] // grouped kernels
    public void Every_cell_is_the_share_that_the_arrays_themselves_give(string name)
    {
        using var scope = NewDisposeScope();
        Network network = Models.Build(name, Shape.Maps(3, 32, 32), 10);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask all = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(network));
        using Mask mask = GlobalMagnitude.Prune(weights, all, all.PrunableCount / 3);
        Tensor factors = mask.ToFactors(CPU, ScalarType.Float64);
        Assert.InRange(MaskPicture.Chosen(mask).Count, 2, 3);
        foreach (Parameter layer in MaskPicture.Chosen(mask))
        {
            var picture = MaskPicture.Of(mask, layer);
            Tensor array = mask.Layout.View(factors, layer);
            double[] shares = (array.dim() == 4 ? array.mean([2, 3]) : array).contiguous().data<double>().ToArray();
            Assert.Equal((layer.Shape[0], layer.Shape[1]), (picture.Outputs, picture.Inputs));
            Assert.InRange(picture.Kept.Count, 1, MaskPicture.MostCells);
            Assert.InRange(picture.Kept[0].Count, 1, MaskPicture.MostCells);
            for (int r = 0; r < picture.Kept.Count; r++)
            for (int c = 0; c < picture.Kept[r].Count; c++)
            {
                double[] inside =
                [
                    .. from output in Enumerable.Range(r * picture.OutputsACell, picture.OutputsACell)
                    where output < picture.Outputs
                    from input in Enumerable.Range(c * picture.InputsACell, picture.InputsACell)
                    where input < picture.Inputs
                    select shares[output * picture.Inputs + input],
                ];
                Assert.Equal(inside.Average(), picture.Kept[r][c], 1e-9);
            }
        }
    }
}

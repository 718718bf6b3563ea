using Espalier.Data;
using Espalier.Execution;
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
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Pruning;

/// <summary>Fisher pruning's scores against gradients of single images, taken in float64 of the layers themselves.</summary>
public sealed class FisherSpecs
{
    private static readonly Network s_network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16);

    [Fact]
    public void Fisher_pruning_is_half_the_weight_squared_times_the_mean_squared_gradient_of_single_images()
    {
        using var scope = NewDisposeScope();
        using WeightSet weights = Initialization.KaimingNormal(s_network, new RandomStream(0, "criteria"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        Tensor scores = Fisher.Scores(weights, mask, data.Matching, new RandomStream(0, "images"), 20);
        using WeightSet masked = weights.Masked(mask);
        Tensor[] arrays = [.. s_network.Parameters.Select(p => masked[p].to(ScalarType.Float64).requires_grad_(true))],
            squares = [.. arrays.Select(array => zeros_like(array).detach())];
        foreach (Batch image in data.Matching.Epoch(new RandomStream(0, "images"), 1).Take(20))
            using (image)
            {
                foreach (Tensor array in arrays)
                    array.grad = null;
                Tensor x = image.Images.flatten(1).to(ScalarType.Float64);
                for (int layer = 0; layer < 3; layer++)
                {
                    x = Functional.linear(x, arrays[2 * layer], arrays[2 * layer + 1]);
                    x = layer < 2 ? x.relu() : x;
                }
                Functional.cross_entropy(x, image.Labels).backward();
                using var guard = no_grad();
                foreach ((Tensor square, Tensor array) in squares.Zip(arrays))
                    square.PlusInPlace(array.grad! * array.grad!);
            }
        foreach ((Parameter p, int i) in s_network.Parameters.Select((p, i) => (p, i)))
        {
            Tensor expected = (arrays[i].detach() * arrays[i].detach() * squares[i]).DividedBy(40);
            double scale = expected.abs().max().item<double>();
            Assert.True((weights.Layout.View(scores, p) - expected).abs().max().item<double>() <= 1e-5 * scale, p.Name);
        }
        Assert.Equal(0, scores.masked_select(mask.Pruned).count_nonzero().item<long>());
        Assert.Contains(
            "257 batches of 1",
            Assert.Throws<InputException>(() => Fisher.Scores(weights, mask, data.Matching, new RandomStream(0, ""), 257)).Message
        );
    }
}

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

public class SnipSpecs
{
    private const int BatchSize = 64;

    private static readonly Network Net = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    [Fact]
    public void A_score_is_the_slope_of_the_loss_by_the_strength_of_its_connection()
    {
        // Lee et al. 2019: the sensitivity of a connection is ∂L(c ⊙ w) / ∂c at c = 1, here as a difference in float64.
        using var scope = NewDisposeScope();
        using WeightSet weights = Initialization.KaimingNormal(Net, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(weights, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        Tensor scores = Snip.Scores(weights, mask, data.Matching, new RandomStream(0, "snip"), 2, BatchSize);
        Batch[] batches = [.. data.Matching.Epoch(new RandomStream(0, "snip"), BatchSize).Take(2)];
        double scale = scores.max().item<float>();
        Tensor masked = weights.Masked(mask).Values.to(ScalarType.Float64);
        var random = new RandomStream(1, "places");
        foreach (Parameter p in mask.Prunable)
        {
            long place = mask.Layout.Offset(p) + random.NextInt(p.Count);
            double Loss(double strength)
            {
                using var inner = NewDisposeScope();
                Tensor changed = masked.clone();
                changed[place].TimesInPlace(strength);
                using NodeArrays arrays = NodeArrays.Of(weights.Layout, changed, changed, weights.Statistics.to(ScalarType.Float64));
                return batches.Average(batch =>
                    Functional
                        .cross_entropy(
                            new ForwardPass(Net).Run(arrays, batch.Images.to(ScalarType.Float64), training: true).to(ScalarType.Float64),
                            batch.Labels
                        )
                        .item<double>()
                );
            }
            double slope = (Loss(1.1) - Loss(0.9)) / 0.2;
            Assert.InRange(scores[place].item<float>(), Math.Abs(slope) - 0.02 * scale, Math.Abs(slope) + 0.02 * scale);
        }
        Assert.Equal(0, scores.masked_select(mask.Pruned).count_nonzero().item<long>());
        foreach (Batch batch in batches)
            batch.Dispose();
    }

    [Fact]
    public void Scores_are_those_of_torch_modules_and_the_largest_are_kept()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 16);
        using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(network));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        Tensor scores = Snip.Scores(weights, dense, data.Matching, new RandomStream(0, "snip"), 1, BatchSize);
        Tensor[] arrays = [.. network.Parameters.Select(p => weights[p].detach().clone().requires_grad_(true))];
        using Batch batch = data.Matching.Epoch(new RandomStream(0, "snip"), BatchSize).First();
        Functional
            .cross_entropy(
                Functional.linear(Functional.linear(batch.Images.flatten(1), arrays[0], arrays[1]).relu(), arrays[2], arrays[3]),
                batch.Labels
            )
            .backward();
        foreach ((Parameter p, Tensor array) in network.Parameters.Zip(arrays))
            Assert.True((weights.Layout.View(scores, p) - (array.grad! * array.detach()).abs()).abs().max().item<float>() < 1e-6, p.Name);

        using Mask kept = Snip.Prune(weights, dense, 100, data.Matching, new RandomStream(0, "snip"), 1, BatchSize);
        float[] all = scores.data<float>().ToArray();
        int[] expected =
        [
            .. dense
                .Prunable.SelectMany(p => Enumerable.Range((int)weights.Layout.Offset(p), p.Count))
                .OrderByDescending(i => all[i])
                .ThenBy(i => i)
                .Take(100)
                .Order(),
        ];
        Assert.Equal(
            expected,
            dense
                .Prunable.SelectMany(p => Enumerable.Range((int)weights.Layout.Offset(p), p.Count))
                .Where(i => !kept.Pruned.data<bool>()[i])
        );
    }

    [Fact]
    public void The_same_images_give_the_same_mask_others_another_and_the_weights_stay_as_they_are()
    {
        using WeightSet weights = Initialization.KaimingNormal(Net, new RandomStream(0, "A")),
            before = Initialization.KaimingNormal(Net, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.NoShortcuts.Of(Net));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        Mask Of(string stream) => Snip.Prune(weights, dense, 1000, data.Matching, new RandomStream(0, stream), 1, 32);
        using Mask one = Of("one"),
            again = Of("one"),
            two = Of("two");
        Assert.True(one.BitEquals(again));
        Assert.False(one.BitEquals(two));
        Assert.Equal(1000, one.KeptCount);
        Assert.True(weights.BitEquals(before)); // batch-norm statistics too
        Assert.Contains(
            "256 training images",
            Assert.Throws<InputException>(() => Snip.Prune(weights, dense, 10, data.Matching, new RandomStream(0, ""), 9, 32)).Message
        );
        Assert.Throws<InputException>(() => Snip.Prune(weights, dense, 10, data.Matching, new RandomStream(0, ""), 0, 32));
    }
}

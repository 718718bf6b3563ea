using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Connectivity;

public class BatchNormResetSpecs
{
    [Fact]
    public void Statistics_become_those_of_each_batch_norms_input_in_the_reset_network()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        using WeightSet middle = pair.Middle(0.5),
            reset = BatchNormReset.Run(middle, pair.Images);
        using WeightSet again = BatchNormReset.Run(reset, pair.Images);
        Assert.True(reset.Values.bytes.SequenceEqual(middle.Values.bytes));
        Assert.False(reset.Statistics.bytes.SequenceEqual(middle.Statistics.bytes));
        Assert.True(again.BitEquals(reset)); // a fixed point: its statistics are those of the network that has them

        // What training mode normalises with on the same batch is the batch's own statistics: the same logits without any running ones.
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using NodeArrays arrays = NodeArrays.Of(
            new WeightSet(middle.Layout, middle.Values.clone(), middle.Statistics.clone()),
            CPU,
            ScalarType.Float32
        );
        TorchSharp.torch.Tensor inTraining = new ForwardPass(middle.Network).Run(arrays, pair.Images.Images, training: true);
        float difference = (inTraining - reset.Logits(pair.Images.Images)).abs().max().item<float>();
        Assert.True(difference < 1e-4 * inTraining.abs().max().item<float>(), $"{difference}");
    }

    [Fact]
    public void It_undoes_wrong_statistics_and_leaves_networks_without_batch_norm_alone()
    {
        using var pair = new TrainedPair(TrainedPair.ResNet);
        using WeightSet wrong = new(pair.A.Layout, pair.A.Values.clone(), pair.A.Statistics.Times(3).Plus(1)),
            reset = BatchNormReset.Run(wrong, pair.Images),
            direct = BatchNormReset.Run(pair.A, pair.Images);
        Assert.True(reset.BitEquals(direct));
        Assert.True(Evaluation.Of(reset, pair.Data.Test).Loss < Evaluation.Of(wrong, pair.Data.Test).Loss);
        using var plain = new TrainedPair(TrainedPair.Mlp);
        using WeightSet same = BatchNormReset.Run(plain.A, plain.Images);
        Assert.True(same.BitEquals(plain.A));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(257)]
    public void Too_few_or_too_many_images_are_refused(int count)
    {
        using var pair = new TrainedPair(TrainedPair.Mlp, epochs: 1);
        Assert.Contains(
            Counted.Of(count, "image") + " are",
            Assert.Throws<InputException>(() => new StatisticsImages(pair.Data.Matching, count)).Message
        );
    }
}

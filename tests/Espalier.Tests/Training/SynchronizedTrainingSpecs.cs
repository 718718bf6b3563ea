using Espalier.Collectives;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Tests.Collectives;
using Espalier.Training;
using Xunit;
using static Espalier.Tests.Training.RankedTrainings;

namespace Espalier.Tests.Training;

/// <summary>A network with batch-norms, trained by any number of ranks with synchronised statistics, is that of one process.</summary>
public sealed class SynchronizedTrainingSpecs
{
    private static readonly TrainingOptions s_options = RankedTrainings.Options;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_loss_curve_weights_and_running_statistics_are_those_of_one_process(int size)
    {
        foreach (
            (Network network, int batch, double tolerance) in new[] { (Smooth, s_options.BatchSize, 1e-5), (Rectified, Images / 2, 1e-3) }
        )
        {
            TrainingOptions options = s_options with { BatchSize = batch };
            Trained one = Train(Alone.Here, options, network);
            Trained[] all = Together.Run(size, ranks => Train(ranks, options, network));
            Assert.All(all, rank => Assert.Equal(all[0].Values, rank.Values));
            Assert.All(all, rank => Assert.Equal(all[0].Statistics, rank.Statistics));
            Assert.InRange(one.Furthest(all[0]), 0, tolerance);
            foreach ((EpochMetrics expected, EpochMetrics found) in one.Metrics.Zip(all[0].Metrics))
            {
                Assert.Equal(expected.TrainLoss, found.TrainLoss, tolerance);
                Assert.Equal(expected.TestLoss!.Value, found.TestLoss!.Value, tolerance);
            }
        }
    }

    [Fact]
    public void In_bfloat16_with_interpolated_normalisations_and_with_AdamW_too()
    {
        (TrainingOptions Options, double Tolerance)[] kinds =
        [
            (s_options with { Precision = Precision.BFloat16 }, 0.03),
            (s_options with { InterpolateNormalization = true }, 1e-5),
            (s_options with { AdamW = new(), LearningRate = 1e-3 }, 1e-4),
        ];
        foreach ((TrainingOptions options, double tolerance) in kinds)
        {
            Trained one = Train(Alone.Here, options, Smooth),
                two = Together.Run(2, ranks => Train(ranks, options, Smooth))[0];
            Assert.Equal(one.Metrics[^1].TrainLoss, two.Metrics[^1].TrainLoss, tolerance);
        }
    }

    [Fact]
    public void Without_the_option_each_rank_has_the_statistics_of_its_own_images_as_data_parallel_PyTorch_has_it()
    {
        TrainingOptions own = s_options with { SyncBatchNorm = false };
        Trained one = Train(Alone.Here, own, Smooth),
            two = Together.Run(2, ranks => Train(ranks, own, Smooth))[0];
        Assert.Equal(one.Values, Train(Alone.Here, s_options, Smooth).Values); // one process has nobody to ask
        Assert.True(one.Furthest(two) > 1e-2);
    }

    [Fact]
    public void One_image_a_rank_is_enough()
    {
        var b = new NetworkBuilder("features", 3, 8, 8);
        b.Chain(
            0,
            ("flatten", new Flatten()),
            ("first", new Linear(8)),
            ("norm", new BatchNorm()),
            ("silu", new Silu()),
            ("last", new Linear(4))
        );
        Network network = b.Build();
        TrainingOptions four = s_options with { BatchSize = 4, Epochs = 1, DropLast = true };
        EpochMetrics alone = Train(Alone.Here, four, network).Metrics[0];
        Assert.Equal(alone.TrainLoss, Together.Run(4, ranks => Train(ranks, four, network))[0].Metrics[0].TrainLoss, 1e-4);
        Together.Run(4, ranks => Assert.ThrowsAny<InputException>(() => Train(ranks, four with { SyncBatchNorm = false }, network)));
    }
}

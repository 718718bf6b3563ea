using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Collectives;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>A network with batch-norms, trained by any number of ranks with synchronised statistics, is that of one process.</summary>
public sealed class SynchronizedTrainingSpecs
{
    private const int Images = 230; // the last batch has 30: ranks have different numbers of them

    /// <summary>With rectifiers: a value that rounding takes across 0 changes a gradient by more than rounding.</summary>
    private static readonly Network s_rectified = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    private static readonly Network s_smooth = Smooth();

    private static readonly TrainingOptions s_options = new()
    {
        Epochs = 3,
        BatchSize = 50,
        LearningRate = 0.02,
        Precision = Precision.Float32,
        Augmentation = Augmentation.Standard,
        SyncBatchNorm = true,
    };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_loss_curve_weights_and_running_statistics_are_those_of_one_process(int size)
    {
        foreach (
            (Network network, int batch, double tolerance) in new[]
            {
                (s_smooth, s_options.BatchSize, 1e-5),
                (s_rectified, Images / 2, 1e-3),
            }
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
            Trained one = Train(Alone.Here, options, s_smooth),
                two = Together.Run(2, ranks => Train(ranks, options, s_smooth))[0];
            Assert.Equal(one.Metrics[^1].TrainLoss, two.Metrics[^1].TrainLoss, tolerance);
        }
    }

    [Fact]
    public void Without_the_option_each_rank_has_the_statistics_of_its_own_images_as_data_parallel_PyTorch_has_it()
    {
        TrainingOptions own = s_options with { SyncBatchNorm = false };
        Trained one = Train(Alone.Here, own, s_smooth),
            two = Together.Run(2, ranks => Train(ranks, own, s_smooth))[0];
        Assert.Equal(one.Values, Train(Alone.Here, s_options, s_smooth).Values); // one process has nobody to ask
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

    private static Network Smooth()
    {
        var b = new NetworkBuilder("smooth", 3, 8, 8);
        int x = b.Chain(0, ("conv1", new Conv(8, 3, 1, 1)), ("bn1", new BatchNorm()), ("silu1", new Silu()));
        int y = b.Chain(
            x,
            ("conv2", new Conv(8, 3, 1, 1)),
            ("bn2", new BatchNorm()),
            ("silu2", new Silu()),
            ("conv3", new Conv(8, 3, 1, 1)),
            ("bn3", new BatchNorm())
        );
        b.Chain(
            b.Then("add", new Add(), x, y),
            ("silu3", new Silu()),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("linear", new Linear(4))
        );
        return b.Build();
    }

    private static Trained Train(ICollective ranks, TrainingOptions options, Network network)
    {
        DataSet tiny = TinyImages.Make();
        using var images = new TrainingData(tiny with { Train = tiny.Train.Take(Images) }, options.Augmentation, options.Precision, CPU)
        {
            Ranks = ranks,
        };
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        TrainingResult result = new Trainer(options, images).Train(new TrainingRun(start, null, 0, "A.data"));
        using (result.Final)
            return new(result.Final.Values.data<float>().ToArray(), result.Final.Statistics.data<float>().ToArray(), [.. result.Metrics]);
    }

    private sealed record Trained(float[] Values, float[] Statistics, EpochMetrics[] Metrics)
    {
        public double Furthest(Trained other) =>
            Values.Concat(Statistics).Zip(other.Values.Concat(other.Statistics), (a, b) => Math.Abs(a - b)).Max();
    }
}

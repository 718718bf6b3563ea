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

/// <summary>Several ranks train what one process trains.</summary>
public class DataParallelSpecs
{
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 2,
        BatchSize = 50,
        LearningRate = 0.05,
        Precision = Precision.Float32,
    };

    private static readonly DataSet Set = DataSets.Open("fashion-mnist-10k") with
    {
        Train = DataSets.Open("fashion-mnist-10k").Train.Take(430),
    };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_loss_curve_and_the_weights_are_those_of_one_process(int size)
    {
        (float[] one, EpochMetrics[] alone) = Train(Alone.Here);
        (float[] Values, EpochMetrics[] Metrics)[] all = Together.Run(size, ranks => Train(ranks));
        Assert.All(all, rank => Assert.Equal(all[0].Values, rank.Values));
        Assert.InRange(one.Zip(all[0].Values, (x, y) => Math.Abs(x - y)).Max(), 0, 1e-5f);
        foreach ((EpochMetrics expected, EpochMetrics found) in alone.Zip(all[0].Metrics))
        {
            Assert.Equal(expected.TrainLoss, found.TrainLoss, 5e-6);
            Assert.Equal(expected.TestLoss!.Value, found.TestLoss!.Value, 5e-6);
            Assert.Equal(expected.Epoch, found.Epoch);
        }
    }

    [Fact]
    public void As_many_ranks_give_the_same_bits_again() =>
        Assert.Equal(Together.Run(3, ranks => Train(ranks).Values)[0], Together.Run(3, ranks => Train(ranks).Values)[0]);

    [Theory]
    [InlineData("sgd", 2, 0)]
    [InlineData("sgd", 1, 1)]
    [InlineData("adamw", 1, 0)]
    [InlineData("adamw", 2, 1)]
    [InlineData("ema", 2, 0)]
    public void Stopped_at_any_rank_and_continued_they_end_in_the_bits_of_ranks_that_were_not(string optimizer, int reports, int told)
    {
        TrainingOptions options = optimizer switch
        {
            "adamw" => Options with { AdamW = new(), LearningRate = 0.002 },
            "ema" => Options with { EmaDecay = 0.9 }, // the average's numbers count among the values
            _ => Options,
        };
        using TempFolder folder = new();
        float[] expected = Together.Run(2, ranks => Train(ranks, options).Values)[0];
        bool[] isStopped = Together.Run(2, Stop);
        Assert.All(isStopped, Assert.True);
        Assert.All(Together.Run(2, ranks => Train(ranks, options, folder.Path).Values), found => Assert.Equal(expected, found));

        bool Stop(ICollective ranks)
        {
            using var cancel = new CancellationTokenSource();
            int heard = 0;
            var progress = new Relay<TrainingProgress>(_ =>
            {
                if (++heard == reports && ranks.Rank == told)
                    cancel.Cancel();
            });
            Exception? end = Record.Exception(() => Train(ranks, options, folder.Path, progress, cancel.Token));
            return end is OperationCanceledException;
        }
    }

    [Fact]
    public void Ranks_with_other_options_are_refused_on_all_of_them()
    {
        string[] said = Together.Run(
            2,
            ranks =>
                Assert.Throws<SharedRefusalException>(() => Train(ranks, Options with { LearningRate = 0.01 * (1 + ranks.Rank) })).Message
        );
        Assert.All(
            said,
            one =>
                Assert.Equal(
                    "Rank 1 of 2 has other options or another network than rank 0; expected the same command line on all ranks.",
                    one
                )
        );
    }

    [Fact]
    public void What_rank_0_alone_is_refused_is_refused_to_all_and_they_go_on_together()
    {
        using TempFolder folder = new();
        string[] said = Together.Run(
            2,
            ranks =>
            {
                // The second has another training in its folder: rank 0 alone looks there.
                _ = Train(ranks, folder: folder.Path);
                string refused = Assert
                    .Throws<SharedRefusalException>(() => Train(ranks, Options with { Epochs = 3 }, folder.Path))
                    .Message;
                _ = Train(ranks); // they are still at the same place
                return refused;
            }
        );
        Assert.Contains("epochs 2 instead of 3", said[0], StringComparison.Ordinal);
        Assert.Equal(said[0], said[1]);
    }

    [Fact]
    public void A_last_batch_that_does_not_reach_all_ranks_is_refused()
    {
        string[] said = Together.Run(
            4,
            ranks => Assert.Throws<SharedRefusalException>(() => Train(ranks, Options with { BatchSize = 107 })).Message
        );
        Assert.StartsWith("A batch of 2 images gives some of 4 ranks fewer than 1 image;", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_parts_of_all_ranks_are_the_whole_batch()
    {
        using var source = new BatchSource(Set.Train, Set.Normalization, Augmentation.Standard, CPU, ScalarType.Float32);
        Batch[][] parts =
        [
            .. Enumerable.Range(0, 3).Select(r => source.Epoch(new RandomStream(1, "x"), 100, skip: 1, shard: new Shard(r, 3)).ToArray()),
        ];
        int at = 0;
        foreach (Batch whole in source.Epoch(new RandomStream(1, "x"), 100, skip: 1))
            using (whole)
            using (var scope = NewDisposeScope())
            {
                Assert.All(parts, own => Assert.Equal(whole.Count, own[at].Whole));
                Assert.True(cat([.. parts.Select(own => own[at].Images)], 0).equal(whole.Images).all().item<bool>());
                Assert.True(cat([.. parts.Select(own => own[at].Labels)], 0).equal(whole.Labels).all().item<bool>());
                at++;
            }
        Assert.All(parts, own => Assert.Equal(at, own.Length));
        foreach (Batch part in parts.SelectMany(own => own))
            part.Dispose();
    }

    private static (float[] Values, EpochMetrics[] Metrics) Train(
        ICollective ranks,
        TrainingOptions? options = null,
        string? folder = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        using var images = new TrainingData(Set, Augmentation.None, Precision.Float32, CPU) { Ranks = ranks };
        Network network = Models.Build("mlp:depth=2,width=32", Shape.Maps(1, 28, 28), classes: 10);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        TrainingResult result = new Trainer(options ?? Options, images, folder is null ? null : new TrainingFolder(folder), progress).Train(
            new TrainingRun(start, null, 0, "A.data"),
            cancel
        );
        using (result.Final)
        using (result.Average)
            return (
                [.. result.Final.Values.data<float>().ToArray(), .. result.Average?.Values.data<float>().ToArray() ?? []],
                [.. result.Metrics]
            );
    }
}

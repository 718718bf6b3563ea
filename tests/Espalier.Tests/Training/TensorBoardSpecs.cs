using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

public class TensorBoardSpecs
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_events_are_the_metrics_each_epoch_once(int interruptedAfter)
    {
        using TempFolder folder = new();
        if (interruptedAfter > 0)
        {
            using var cancel = new CancellationTokenSource();
            var stop = new Relay<TrainingProgress>(p =>
            {
                if (p.Metrics?.Epoch == interruptedAfter)
                    cancel.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => Train(folder.Path, stop, cancel.Token));
            Assert.Equal(interruptedAfter, EventReader.Read(new TrainingFolder(folder.Path).EventFile).Count);
        }
        IReadOnlyList<EpochMetrics> metrics = Train(folder.Path).Metrics;
        var place = new TrainingFolder(folder.Path);
        Assert.Contains("tfevents", place.EventFile, StringComparison.Ordinal);
        var events = EventReader.Read(place.EventFile);
        Assert.Equal([1, 2, 3, 4], events.Select(e => e.Step));
        Assert.Equal(events.Select(e => e.Time).Order(), events.Select(e => e.Time));
        foreach ((var found, EpochMetrics expected) in events.Zip(metrics))
        {
            Assert.Equal((float)expected.TrainLoss, found.Scalars["train_loss"]);
            Assert.Equal((float)expected.TrainAccuracyPercent, found.Scalars["train_accuracy"]);
            Assert.Equal((float)expected.LearningRate, found.Scalars["learning_rate"]);
            Assert.Equal(expected.TestLoss is null ? 3 : 5, found.Scalars.Count);
            if (expected.TestLoss is null)
                continue;
            Assert.Equal((float)expected.TestLoss, found.Scalars["test_loss"]);
            Assert.Equal((float)expected.TestAccuracyPercent!, found.Scalars["test_accuracy"]);
        }
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.Contains(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void The_reader_of_these_tests_knows_the_published_checksum() => Assert.Equal(0xE3069283, EventReader.Crc32C("123456789"u8));

    [Fact]
    public void An_epoch_that_the_state_has_not_seen_leaves_the_events_when_the_training_continues()
    {
        using TempFolder folder = new();
        var place = new TrainingFolder(folder.Path);
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics?.Epoch == 2)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Train(folder.Path, stop, cancel.Token));
        // Killed before the state was saved.
        File.AppendAllLines(place.MetricsFile, [(place.ReadMetrics()[^1] with { Epoch = 3 }).ToJson()]);
        using var again = new CancellationTokenSource();
        again.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(folder.Path, cancel: again.Token));
        Assert.Equal([1, 2], EventReader.Read(place.EventFile).Select(e => e.Step));
        Assert.Equal(2, place.ReadMetrics().Count);
    }

    private static TrainingResult Train(string folder, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        using WeightSet start = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 8),
            new RandomStream(0, "A")
        );
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 4,
            BatchSize = 64,
            Precision = Precision.Float32,
            EvaluateEvery = 2,
        };
        return new Trainer(options, data, new TrainingFolder(folder), progress).Train(new TrainingRun(start, null, 0, "data"), cancel);
    }
}

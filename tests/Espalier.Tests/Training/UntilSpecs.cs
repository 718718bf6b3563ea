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

public class UntilSpecs
{
    private static readonly Network Small = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    private static readonly TrainingOptions Whole = new()
    {
        Epochs = 5,
        BatchSize = 32,
        LearningRate = 0.05,
        Augmentation = new Augmentation(true, 1),
        Checkpoints = [0, 1, 3],
        EvaluateEvery = 2,
    };

    [Theory]
    [InlineData(1, LearningRateSchedule.CosineBySteps)]
    [InlineData(3, LearningRateSchedule.CosineBySteps)]
    [InlineData(3, LearningRateSchedule.CosineByEpochs)]
    public void A_training_that_stops_earlier_ends_in_the_bits_of_the_checkpoint(int until, LearningRateSchedule schedule)
    {
        using TempFolder all = new(),
            part = new();
        TrainingOptions options = Whole with { Schedule = schedule };
        Train(options, all.Path);
        TrainingResult stopped = Train(options with { Until = until, Checkpoints = [0, until] }, part.Path);
        using WeightSet expected = WeightsFile.Read(new TrainingFolder(all.Path).Checkpoint(until)),
            read = new TrainingFolder(part.Path).Read().Final;
        Assert.True(stopped.Final.BitEquals(expected));
        Assert.True(read.BitEquals(expected));
        Assert.Equal(until, stopped.Metrics.Count);
        Assert.True(stopped.TestAccuracyPercent is >= 0 and <= 100); // epochs 1 and 3 are tested only because they are the last
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(6)]
    public void A_last_epoch_outside_the_run_is_refused(int until) =>
        Assert.Contains(
            "last epoch",
            Assert.Throws<InputException>(() => (Whole with { Until = until, Checkpoints = [] }).Validated()).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_checkpoint_after_the_last_epoch_is_refused() =>
        Assert.Contains(
            "checkpoint at epoch 3",
            Assert.Throws<InputException>(() => (Whole with { Until = 2 }).Validated()).Message,
            StringComparison.Ordinal
        );

    private static TrainingResult Train(TrainingOptions options, string folder)
    {
        using WeightSet start = Initialization.KaimingNormal(Small, new RandomStream(0, "A"));
        using var data = new TrainingData(TinyImages.Make(), options.Augmentation, options.Precision, CPU);
        return new Trainer(options, data, new TrainingFolder(folder)).Train(new TrainingRun(start, null, 1, "data"));
    }
}

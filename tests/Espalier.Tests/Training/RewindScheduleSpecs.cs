using System.Text.Json;
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

/// <summary>A training that repeats the end of a longer one's schedule.</summary>
public class RewindScheduleSpecs
{
    private static readonly TrainingOptions Last = new()
    {
        Epochs = 2,
        ScheduleEpochs = 4,
        BatchSize = 64,
        LearningRate = 0.1,
        Precision = Precision.Float32,
    };

    [Fact]
    public void Its_rates_are_those_of_the_last_epochs_by_hand()
    {
        // Two steps an epoch, eight in all, the last four: 0.05 (1 + cos(π s / 8)), s = 4 to 7.
        double[] expected = [0.05, 0.0308658284, 0.0146446609, 0.0038060234];
        for (int step = 0; step < 4; step++)
            Assert.Equal(expected[step], Last.RateAt(step, 2), 1e-10);
        // By epochs: epochs 2 and 3 of 4.
        TrainingOptions byEpochs = Last with
        {
            Schedule = LearningRateSchedule.CosineByEpochs,
        };
        Assert.Equal(
            [0.05, 0.05, 0.0146446609, 0.0146446609],
            Enumerable.Range(0, 4).Select(step => Math.Round(byEpochs.RateAt(step, 2), 10))
        );
        Assert.Equal(0.1, (Last with { Schedule = LearningRateSchedule.Constant }).RateAt(3, 2));
    }

    [Fact]
    public void A_training_reports_the_rates_of_the_longer_one()
    {
        double[] Rates(TrainingOptions options)
        {
            Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 8);
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
            using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
            TrainingResult result = new Trainer(options, data).Train(new TrainingRun(start, null, 0, "data"));
            using (result.Final)
                return [.. result.Metrics.Select(epoch => epoch.LearningRate)];
        }
        Assert.Equal(Rates(Last with { Epochs = 4, ScheduleEpochs = null })[2..], Rates(Last));
    }

    [Fact]
    public void A_schedule_shorter_than_the_run_is_refused() =>
        Assert.Contains(
            "schedule of 1 epochs",
            Assert.Throws<InputException>(() => (Last with { ScheduleEpochs = 1 }).Validated()).Message
        );

    [Fact]
    public void Trainings_without_it_are_called_as_before() =>
        Assert.DoesNotContain(
            new[] { "ScheduleEpochs", "InterpolateNormalization" },
            name => JsonSerializer.Serialize(new TrainingOptions()).Contains(name, StringComparison.Ordinal)
        );
}

using Espalier.Collectives;
using Espalier.Networks;
using Espalier.Tests.Collectives;
using Espalier.Training;
using Xunit;
using static Espalier.Tests.Training.RankedTrainings;

namespace Espalier.Tests.Training;

/// <summary>A training goes on with another number of ranks than it had.</summary>
public sealed class ResumedRanksSpecs
{
    private static readonly TrainingOptions s_options = Options with { BatchSize = 20 }; // 12 steps an epoch, told after 8 and at the end

    [Theory]
    [InlineData("sgd")]
    [InlineData("adamw")]
    public void Stopped_in_the_middle_of_epochs_it_ends_where_one_process_ends(string optimizer)
    {
        TrainingOptions options = optimizer == "adamw" ? s_options with { AdamW = new(), LearningRate = 1e-3 } : s_options;
        using TempFolder folder = new();
        Trained expected = Train(Alone.Here, options, Smooth);
        Assert.Equal((0, 8), Stop(2, options, folder, reports: 1));
        Assert.Equal((1, 8), Stop(3, options, folder, reports: 2));
        Assert.Equal((2, 0), Stop(1, options, folder, reports: 1));
        Trained[] found = Together.Run(4, ranks => Train(ranks, options, Smooth, folder.Path));
        Assert.All(found, rank => Assert.Equal(found[0].Values, rank.Values));
        Assert.InRange(expected.Furthest(found[0]), 0, 1e-4);
        foreach ((EpochMetrics one, EpochMetrics other) in expected.Metrics.Zip(found[0].Metrics))
        {
            Assert.Equal(one.TrainLoss, other.TrainLoss, 5e-5);
            Assert.Equal(one.TestLoss!.Value, other.TestLoss!.Value, 5e-5);
            Assert.Equal(one.TrainAccuracyPercent, other.TrainAccuracyPercent, 1.0); // an image in doubt may fall either way
        }
    }

    [Fact]
    public void Running_statistics_of_their_own_are_rank_0_s_wherever_it_is_stopped()
    {
        TrainingOptions own = s_options with { SyncBatchNorm = false };
        using TempFolder folder = new();
        Trained expected = Together.Run(2, ranks => Train(ranks, own, Rectified))[0];
        Stop(2, own, folder, reports: 1, Rectified);
        Stop(2, own, folder, reports: 2, Rectified);
        Trained[] found = Together.Run(2, ranks => Train(ranks, own, Rectified, folder.Path));
        Assert.All(found, rank => Assert.Equal(expected.Values, rank.Values));
        Assert.All(found, rank => Assert.Equal(expected.Statistics, rank.Statistics));
    }

    private static (int Epoch, int Step) Stop(int size, TrainingOptions options, TempFolder folder, int reports, Network? network = null)
    {
        if (size == 1)
            Work(Alone.Here);
        else
            Together.Run(
                size,
                ranks =>
                {
                    Work(ranks);
                    return 0;
                }
            );
        return StoppableTraining.At(folder.Path);

        void Work(ICollective ranks)
        {
            using var cancel = new CancellationTokenSource();
            int told = 0;
            var progress = new Relay<TrainingProgress>(_ =>
            {
                if (++told == reports)
                    cancel.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Train(ranks, options, network ?? Smooth, folder.Path, progress, cancel.Token)
            );
        }
    }
}

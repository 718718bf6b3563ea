using Espalier.Data;
using Espalier.Execution;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>
/// Native memory is invisible to the garbage collector: however long something runs, it leaves no tensor behind but its result.
/// </summary>
public class MemorySpecs
{
    private static readonly Network Small = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Training_longer_leaves_no_more_tensors(Precision precision)
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.Standard, precision, CPU);
        using WeightSet start = Initialization.KaimingNormal(Small, new RandomStream(0, "A"));
        long Left(int epochs)
        {
            long before = Live();
            var options = new TrainingOptions
            {
                Epochs = epochs,
                BatchSize = 32,
                Precision = precision,
                Augmentation = Augmentation.Standard,
            };
            new Trainer(options, data).Train(new TrainingRun(start, null, 0, "data")).Final.Dispose();
            return Live() - before;
        }
        Left(1); // the first use makes the images resident
        Assert.Equal(0, Left(1));
        Assert.Equal(0, Left(5));
    }

    [Fact]
    public void More_rounds_of_pruning_leave_the_results_alone()
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using WeightSet dense = Initialization.KaimingNormal(Small, new RandomStream(0, "A"));
        long Left(double target)
        {
            long before = Live();
            var options = new PruningOptions
            {
                RoundFraction = 0.2,
                FineTuning = new TrainingOptions
                {
                    Epochs = 1,
                    BatchSize = 64,
                    Precision = Precision.Float32,
                    EmaDecay = 0.9,
                },
            };
            foreach (PrunedNetwork pruned in new IterativePruning(options, data).Run(dense, [target], 0))
                using (pruned.Mask)
                using (pruned.Weights)
                using (pruned.Training.Average)
                    Assert.NotNull(pruned.Training.Average);
            return Live() - before;
        }
        Left(0.1); // the first use makes the images resident
        Assert.Equal(0, Left(0.1));
        Assert.Equal(0, Left(0.6));
    }

    [Fact]
    public void Matching_more_images_leaves_no_more_tensors()
    {
        using var images = new BatchSource(
            TinyImages.Make().Train,
            TinyImages.Make().Normalization,
            Augmentation.None,
            CPU,
            ScalarType.Float32
        );
        using WeightSet a = Initialization.KaimingNormal(Small, new RandomStream(0, "A")),
            b = Initialization.KaimingNormal(Small, new RandomStream(0, "B"));
        foreach (int count in new[] { 32, 256 })
        {
            long before = Live();
            new ActivationMatcher(new MatchingOptions { Images = count, BatchSize = 16 }).Match(new MatchingProblem(a, null, b, images));
            Assert.Equal(before, Live());
        }
    }

    [Fact]
    public void What_is_cancelled_leaves_no_tensors()
    {
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        using WeightSet a = Initialization.KaimingNormal(Small, new RandomStream(0, "A")),
            b = Initialization.KaimingNormal(Small, new RandomStream(0, "B"));
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            Precision = Precision.Float32,
        };
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        MustLeaveNothing(() => new Trainer(options, data).Train(new TrainingRun(a, null, 0, "data"), cancelled.Token));
        MustLeaveNothing(() => Evaluation.Of(a, data.Test, cancel: cancelled.Token));
        using var later = new CancellationTokenSource();
        MustLeaveNothing(() =>
            new ActivationMatcher(new MatchingOptions { Images = 64, BatchSize = 16 }).Match(
                new MatchingProblem(a, null, b, data.Matching),
                new Relay<double>(_ => later.Cancel()),
                later.Token
            )
        );

        static void MustLeaveNothing(Action work)
        {
            long before = Live();
            Assert.Throws<OperationCanceledException>(work);
            Assert.Equal(before, Live());
        }
    }

    [Fact]
    public void More_batches_of_activations_leave_no_garbage_of_the_size_of_their_products()
    {
        const int units = 256;
        var moments = new CrossMoments(units);
        using Tensor a = ones(8, units),
            b = ones(8, units);
        moments.Add(a, b);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int batch = 0; batch < 10; batch++)
            moments.Add(a, b);
        // A batch's product has 256 KiB; what is allocated is a few lists of its units.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10, 1, 64 << 10);
    }

    [Fact]
    public void A_leak_would_be_seen()
    {
        long before = Live();
        using Tensor kept = zeros(3);
        Assert.Equal(before + 1, Live());
    }

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}

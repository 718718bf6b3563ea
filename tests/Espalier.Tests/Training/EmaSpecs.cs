using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>The exponential moving average of a training's weights.</summary>
public sealed class EmaSpecs
{
    private const double Decay = 0.9;

    private const int Steps = 12;

    private static readonly Network s_network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    public static TheoryData<string> Kinds => ["dense", "sparse", "rigl", "bfloat16", "adamw"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_the_average_of_the_weights_after_every_step_and_leaves_them_as_they_are(string kind)
    {
        // All images in a batch: an epoch is a step, and the checkpoints are the weights after every step.
        using TempFolder place = new();
        (TrainingResult trained, TrainingData data) = Train(kind, place.Path, Decay);
        using TrainingData images = data;
        var folder = new TrainingFolder(place.Path);
        double[] values = [],
            statistics = [];
        for (int step = 0; step <= Steps; step++)
        {
            using WeightSet then = WeightsFile.Read(folder.Checkpoint(step), s_network);
            double[] now = Numbers(then.Values),
                seen = Numbers(then.Statistics);
            values = step == 0 ? now : [.. values.Zip(now, (a, w) => Decay * a + (1 - Decay) * w)];
            statistics = step == 0 ? seen : [.. statistics.Zip(seen, (a, w) => Decay * a + (1 - Decay) * w)];
            if (kind != "rigl")
                continue;
            using Mask mask = MaskFile.Read(folder.CheckpointMask(step), s_network);
            bool[] pruned = mask.Pruned.data<bool>().ToArray();
            for (int i = 0; i < pruned.Length; i++)
                values[i] = pruned[i] ? 0 : values[i];
        }
        using WeightSet average = trained.Average!;
        Assert.InRange(values.Zip(Numbers(average.Values), (x, y) => Math.Abs(x - y)).Max(), 0, 1e-6);
        Assert.InRange(statistics.Zip(Numbers(average.Statistics), (x, y) => Math.Abs(x - y) / (1 + Math.Abs(x))).Max(), 0, 1e-6);
        Assert.False(average.BitEquals(trained.Final));

        Evaluation tested = Evaluation.Of(average, images.Test);
        Assert.Equal((tested.Loss, tested.AccuracyPercent), (trained.Metrics[^1].EmaTestLoss, trained.EmaTestAccuracyPercent));
        Assert.NotEqual(trained.Metrics[^1].TestLoss, tested.Loss);
        if (kind is "sparse" or "rigl")
        {
            using Mask last = kind == "rigl" ? MaskFile.Read(folder.FinalMask, s_network) : SparseMask(average.Layout);
            using WeightSet masked = average.Masked(last);
            Assert.True(masked.BitEquals(average));
        }

        using TempFolder beside = new();
        (TrainingResult without, TrainingData others) = Train(kind, beside.Path, 0);
        others.Dispose();
        Assert.True(without.Final.BitEquals(trained.Final));
        Assert.Null(without.Average);
        Assert.Null(without.EmaTestAccuracyPercent);
        Assert.False(File.Exists(new TrainingFolder(beside.Path).Average));
        Assert.DoesNotContain("ema", File.ReadAllText(new TrainingFolder(beside.Path).MetricsFile));
    }

    [Fact]
    public void A_finished_training_gives_it_again()
    {
        using TempFolder place = new();
        (TrainingResult trained, TrainingData data) = Train("sparse", place.Path, Decay);
        data.Dispose();
        (TrainingResult again, TrainingData images) = Train("sparse", place.Path, Decay);
        images.Dispose();
        Assert.True(again.Average!.BitEquals(trained.Average!));
        Assert.Equal(trained.EmaTestAccuracyPercent, again.EmaTestAccuracyPercent);
        Assert.True(new TrainingFolder(place.Path).Read().Average!.BitEquals(trained.Average!));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_decay_that_is_none_is_refused(double decay) =>
        Assert.Contains(
            "moving average of decay",
            Assert.Throws<InputException>(() => new TrainingOptions { EmaDecay = decay }.Validated()).Message
        );

    private static (TrainingResult, TrainingData) Train(string kind, string folder, double decay)
    {
        Precision precision = kind == "bfloat16" ? Precision.BFloat16 : Precision.Float32;
        var options = new TrainingOptions
        {
            Epochs = Steps,
            BatchSize = 256,
            LearningRate = kind == "adamw" ? 0.005 : 0.1,
            Precision = precision,
            AdamW = kind == "adamw" ? new() : null,
            EmaDecay = decay,
            Checkpoints = [.. Enumerable.Range(0, Steps + 1)],
        };
        using WeightSet start = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using Mask? mask = kind is "sparse" or "rigl" ? SparseMask(start.Layout) : null;
        var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        TrainingResult trained = new Trainer(options, data, new TrainingFolder(folder)).Train(
            new TrainingRun(start, mask, 7, "data") { Updates = kind == "rigl" ? ThirdStep.Rule("rigl") : null }
        );
        return (trained, data);
    }

    private static Mask SparseMask(ParameterLayout layout) =>
        UniformDensity.Random(layout, PrunableSet.NoShortcuts.Of(s_network), 3000, new RandomStream(0, "mask"));

    private static double[] Numbers(Tensor flat) => [.. flat.data<float>().ToArray().Select(value => (double)value)];
}

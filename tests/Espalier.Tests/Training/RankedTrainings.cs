using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>Small trainings with batch-norms, by one process or several ranks.</summary>
internal static class RankedTrainings
{
    public const int Images = 230; // the last batch has fewer: ranks have different numbers of them

    public static readonly TrainingOptions Options = new()
    {
        Epochs = 3,
        BatchSize = 50,
        LearningRate = 0.02,
        Precision = Precision.Float32,
        Augmentation = Augmentation.Standard,
        SyncBatchNorm = true,
    };

    /// <summary>With rectifiers: a value that rounding takes across 0 changes a gradient by more than rounding.</summary>
    public static readonly Network Rectified = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    /// <summary>A residual network without them.</summary>
    public static readonly Network Smooth = MakeSmooth();

    public static readonly Network Mlp = Models.Build("mlp:depth=2,width=32", Shape.Maps(3, 8, 8), classes: 4);

    public static Trained Train(
        ICollective ranks,
        TrainingOptions options,
        Network network,
        string? folder = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        DataSet tiny = TinyImages.Make();
        using var images = new TrainingData(tiny with { Train = tiny.Train.Take(Images) }, options.Augmentation, options.Precision, CPU)
        {
            Ranks = ranks,
        };
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        TrainingResult result = new Trainer(options, images, folder is null ? null : new TrainingFolder(folder), progress).Train(
            new TrainingRun(start, null, 0, "A.data"),
            cancel
        );
        using (result.Final)
            return new(result.Final.Values.data<float>().ToArray(), result.Final.Statistics.data<float>().ToArray(), [.. result.Metrics]);
    }

    private static Network MakeSmooth()
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
}

/// <summary>What a training gave.</summary>
internal sealed record Trained(float[] Values, float[] Statistics, EpochMetrics[] Metrics)
{
    public double Furthest(Trained other) =>
        Values.Concat(Statistics).Zip(other.Values.Concat(other.Statistics), (a, b) => Math.Abs(a - b)).Max();
}

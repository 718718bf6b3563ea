using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Experiments.Recipes;
using Espalier.Training;

namespace Espalier.Experiments.Stages;

/// <summary>Plain float32 images of a study: to evaluate on, and to compute unit statistics on.</summary>
internal sealed class StudyImages : IDisposable
{
    /// <param name="run">Opens the data set.</param>
    /// <param name="network">What was trained on it.</param>
    /// <param name="options">How many images.</param>
    public StudyImages(StageRun run, INetworkStage network, StudyOptions options)
    {
        TrainingData data = run.Images(network.Data, new TrainingOptions { Precision = Precision.Float32 });
        BatchSource Plain(ImageSet set) => new(options.Images is { } count ? set.Take(Math.Min(count, set.Count)) : set, data.Set.Normalization, Augmentation.None, data.Device, Precision.Float32.ToScalarType());
        (Train, Test) = (Plain(data.Set.Train), Plain(data.Set.Test));
        Statistics = new StatisticsImages(data.Matching, Math.Min(options.StatisticsImages, data.Matching.Count));
    }

    /// <summary>Training images.</summary>
    public BatchSource Train { get; }

    /// <summary>Test images.</summary>
    public BatchSource Test { get; }

    /// <summary>For unit statistics.</summary>
    public StatisticsImages Statistics { get; }

    /// <summary>Passes of an image through a network that evaluating both sets once takes.</summary>
    public static double Passes(DataSource data, StudyOptions options, bool train) =>
        options.StatisticsImages + Math.Min(options.Images ?? int.MaxValue, data.Facts.TestImages) + (train ? Math.Min(options.Images ?? int.MaxValue, data.ImagesPerEpoch) : 0);

    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
        Statistics.Dispose();
    }
}

using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using TorchSharp;

namespace Espalier.Lab.Stages;

/// <summary>Plain float32 images of a study: to evaluate on, and to compute unit statistics on.</summary>
public sealed class StudyImages : IDisposable
{
    /// <summary>Prepares them.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="options">How many images; of a smaller set, all.</param>
    public StudyImages(DataSet set, torch.Device device, StudyOptions options)
    {
        BatchSource First(ImageSet images, int? count) =>
            new(
                count is { } wanted ? images.Take(Math.Min(wanted, images.Count)) : images,
                set.Normalization,
                Augmentation.None,
                device,
                Precision.Float32.ToScalarType()
            );
        (Train, Test) = (First(set.Train, options.Images), First(set.Test, options.Images));
        using BatchSource fixedImages = First(set.Train, options.StatisticsImages);
        Statistics = new StatisticsImages(fixedImages, fixedImages.Count);
    }

    /// <summary>Training images.</summary>
    public BatchSource Train { get; }

    /// <summary>Test images.</summary>
    public BatchSource Test { get; }

    /// <summary>For unit statistics.</summary>
    public StatisticsImages Statistics { get; }

    /// <summary>For a network that was trained on them.</summary>
    internal static StudyImages Of(StageRun run, INetworkStage network, StudyOptions options)
    {
        var data = run.Images(network.Data, new() { Precision = Precision.Float32 });
        return new StudyImages(data.Set, data.Device, options);
    }

    /// <summary>Passes of an image through a network that evaluating both sets once takes.</summary>
    internal static double Passes(DataSource data, StudyOptions options, bool train) =>
        options.StatisticsImages
        + Math.Min(options.Images ?? int.MaxValue, data.Facts.TestImages)
        + (train ? Math.Min(options.Images ?? int.MaxValue, data.ImagesPerEpoch) : 0);

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
        Statistics.Dispose();
    }
}

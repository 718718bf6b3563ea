using Espalier.Lab.Stages;
using Espalier.Training;

namespace Espalier.Lab.Engine;

/// <summary>How far a stage is.</summary>
/// <param name="Share">Done, in [0, 1].</param>
/// <param name="Completed">The epoch just completed, if one was.</param>
public sealed record StageProgress(double Share, EpochMetrics? Completed)
{
    /// <summary>Something that the user should know, once, without its full stop.</summary>
    public string? Notice { get; init; }
}

/// <summary>Where a stage works and what it works on.</summary>
/// <param name="folder">Its own folder: what a killed run left is still there.</param>
/// <param name="inputFile">Path of a file of an input's artefact, its checksum verified.</param>
/// <param name="images">Data sets resident on the device.</param>
/// <param name="progress">Told as the work goes on.</param>
/// <param name="cancel">Stops it.</param>
public sealed class StageRun(
    string folder,
    Func<Stage, string, string> inputFile,
    ImageCache images,
    IProgress<StageProgress>? progress = null,
    CancellationToken cancel = default
)
{
    /// <summary>Its own folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Stops the stage.</summary>
    public CancellationToken Cancel { get; } = cancel;

    /// <summary>A file in its own folder.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>A file of an input's artefact.</summary>
    public string File(Stage input, string name) => inputFile(input, name);

    /// <summary>Images for a training.</summary>
    public TrainingData Images(DataSource data, TrainingOptions training) => images.Open(data, training.Augmentation, training.Precision);

    /// <summary>Tells how far the stage is.</summary>
    public void Report(double share, EpochMetrics? completed = null) => progress?.Report(new StageProgress(share, completed));

    /// <summary>Trains in the stage's folder, or reads there what a training killed after its last epoch left.</summary>
    internal TrainingResult Train(TrainingOptions options, DataSource data, Func<TrainingRun> start)
    {
        var place = new TrainingFolder(Folder);
        return place.IsFinished
            ? place.Read()
            : new Trainer(
                options,
                Images(data, options),
                place,
                new Relay<TrainingProgress>(p => progress?.Report(new StageProgress(p.Share, p.Metrics) { Notice = p.Notice }))
            ).Train(start(), Cancel);
    }
}

using System.Globalization;
using Espalier.Lab.Engine;
using Espalier.Training;

namespace Espalier.Lab.Stages;

/// <summary>What stages that know networks do in their folders.</summary>
public static class NetworkWork
{
    /// <summary>Images for a training of this process alone.</summary>
    public static TrainingData Images(this StageRun run, DataSource data, TrainingOptions training) =>
        ((ImageCache)run.Workshop).Open(data, training.Augmentation, training.Precision);

    /// <summary>
    /// Trains in the stage's folder, with all ranks, or goes on there: also where a training was killed after its last epoch.
    /// </summary>
    internal static TrainingResult Train(this StageRun run, TrainingOptions options, DataSource data, TrainingRun training)
    {
        var progress = new Relay<TrainingProgress>(p => run.Report(new StageProgress(p.Share, Text(p.Metrics)) { Notice = p.Notice }));
        return ((ImageCache)run.Workshop).Together.Lead(run.Stage, training, () => run.Images(data, options), Train);

        TrainingResult Train(TrainingData images) =>
            new Trainer(options, images, new TrainingFolder(run.Folder), progress) { Lost = run.Lost }.Train(training, run.Cancel);
    }

    private static string? Text(EpochMetrics? epoch) =>
        epoch is null ? null
        : epoch.TestAccuracyPercent is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: {accuracy:0.00} %")
        : $"epoch {epoch.Epoch}";
}

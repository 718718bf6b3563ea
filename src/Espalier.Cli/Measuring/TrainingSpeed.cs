using System.Diagnostics;
using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;

namespace Espalier.Cli.Measuring;

/// <summary>How fast a training is, batches, augmentation and all, and what it ends in.</summary>
internal static class TrainingSpeed
{
    /// <summary>When an epoch began and ended, in seconds of the machine's clock, for sums over processes side by side.</summary>
    /// <param name="Start">Seconds since 1970.</param>
    /// <param name="End">Likewise.</param>
    /// <param name="Images">Trained on.</param>
    public sealed record Epoch(double Start, double End, int Images);

    /// <summary>Trains for some epochs, or for some seconds.</summary>
    /// <param name="model">A network by name.</param>
    /// <param name="images">Training images an epoch.</param>
    /// <param name="epochs">Epochs; the first is not timed.</param>
    /// <param name="seconds">Stop after so long; 0 to train all epochs, and say in which bits they ended.</param>
    /// <param name="precision">Of activations.</param>
    /// <param name="side">Height and width of an image.</param>
    /// <param name="batch">Images a step.</param>
    /// <param name="device">Where.</param>
    /// <returns>What it found, of all ranks that this process is one of; null on those but the first.</returns>
    public static object? Run(
        string model,
        int images,
        int epochs,
        double seconds,
        Precision precision,
        int side,
        int batch,
        torch.Device device
    )
    {
        var invented = new InventedImages(side);
        Network network = invented.Network(model);
        var options = new TrainingOptions
        {
            Epochs = epochs,
            BatchSize = Math.Min(batch, images),
            LearningRate = 0.02,
            Precision = precision,
            Augmentation = Augmentation.Standard,
            EvaluateEvery = 0,
        };
        using ICollective ranks = RankSpeed.Join(device);
        using var data = new TrainingData(invented.Make(images, 128), options.Augmentation, precision, device) { Ranks = ranks };
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        using var cancel = new CancellationTokenSource();
        var found = new List<Epoch>();
        long began = Stopwatch.GetTimestamp();
        double previous = Now();
        var watch = new Relay<TrainingProgress>(progress =>
        {
            if (progress.Metrics is null)
                return;
            double now = Now();
            found.Add(new Epoch(previous, now, images));
            previous = now;
            if (seconds > 0 && Stopwatch.GetElapsedTime(began).TotalSeconds > seconds)
                cancel.Cancel();
        });
        TrainingResult? result = null;
        try
        {
            result = new Trainer(options, data, progress: watch).Train(new TrainingRun(start, null, 0, "A.data"), cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { }
        using WeightSet? final = result?.Final;
        if (ranks.Rank > 0)
            return null;
        Epoch[] timed = [.. found.Skip(found.Count > 1 ? 1 : 0)];
        return new
        {
            Model = model,
            Ranks = ranks.Size,
            Precision = precision.Name(),
            ImagesPerSecond = timed.Sum(epoch => (double)epoch.Images) / timed.Sum(epoch => epoch.End - epoch.Start),
            OperationsPerImage = network.TrainingOperations(),
            Epochs = found,
            Digest = final is null ? null : Digests.Of(final),
            result?.Metrics[^1].TrainLoss,
        };
    }

    private static double Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}

using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Tests.Support;

/// <summary>
/// A training of a second: a multilayer perceptron whose products are large enough to be cut up among threads, sparse, on 256 images.
/// </summary>
internal static class TinyTraining
{
    public static readonly Network Network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 96);

    public static TrainingOptions Options(Precision precision) =>
        new()
        {
            Epochs = 3,
            BatchSize = 48,
            LearningRate = 0.05,
            Precision = precision,
        };

    /// <summary>Trains, or continues.</summary>
    /// <param name="folder">Where; null to keep nothing.</param>
    /// <param name="precision">Float32, whose products are oneMKL's, unless another is asked for.</param>
    /// <param name="stopAfter">Epochs after which it is stopped; null to train to the end.</param>
    /// <param name="each">Done after every epoch.</param>
    /// <returns>The weights; none if it was stopped.</returns>
    public static WeightSet? Run(string? folder = null, Precision precision = Precision.Float32, int? stopAfter = null, Action? each = null)
    {
        using WeightSet start = Initialization.KaimingNormal(Network, new RandomStream(0, "A"));
        using Mask dense = Mask.Dense(start.Layout, PrunableSet.NoShortcuts.Of(Network)),
            mask = GlobalMagnitude.Prune(start, dense, dense.PrunableCount / 5);
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics is not null)
                each?.Invoke();
            if (p.Metrics is not null && p.Epoch == stopAfter)
                cancel.Cancel();
        });
        try
        {
            return new Trainer(Options(precision), data, folder is null ? null : new TrainingFolder(folder), stop)
                .Train(new TrainingRun(start, mask, 0, "data"), cancel.Token)
                .Final;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

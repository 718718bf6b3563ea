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

/// <summary>
/// What a few trainings cost, to digits that do not depend on the processor: a change of the code that is to change no number shows here
/// that it does not. Where a number has to change, say in CHANGELOG.md why.
/// </summary>
public sealed class PinnedLossSpecs
{
    [Fact]
    public void An_mlp_learns_as_it_always_did() =>
        AssertLosses(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16),
            Augmentation.None,
            kept: null,
            tolerance: 2e-5,
            [0.5393067, 0.005060085, 0.001747117, 0.001442962]
        );

    [Fact]
    public void A_sparse_mlp_learns_as_it_always_did() =>
        AssertLosses(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16),
            Augmentation.None,
            kept: 0.2,
            tolerance: 2e-5,
            [0.9793793, 0.2071253, 0.07415335, 0.07141463]
        );

    [Fact]
    public void A_residual_network_on_augmented_images_learns_as_it_always_did() =>
        AssertLosses(
            ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1),
            new Augmentation(true, 1),
            kept: null,
            tolerance: 2e-3,
            [1.26969, 0.61216, 0.37859, 0.48401]
        );

    /// <param name="network">What is trained.</param>
    /// <param name="augmentation">Of its images.</param>
    /// <param name="kept">Share of the weights kept, by magnitude; null to train dense.</param>
    /// <param name="tolerance">Relative. Roundings differ from one processor to another, and grow with every step, most where batch-norms
    /// are.</param>
    /// <param name="expected">Mean training loss of each epoch, and the test loss at the end.</param>
    private static void AssertLosses(Network network, Augmentation augmentation, double? kept, double tolerance, double[] expected)
    {
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A.init"));
        using Mask dense = Mask.Dense(start.Layout, PrunableSet.NoShortcuts.Of(network));
        using Mask? mask = kept is { } share ? GlobalMagnitude.Prune(start, dense, (long)(share * dense.PrunableCount)) : null;
        using var data = new TrainingData(TinyImages.Make(), augmentation, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 32,
            LearningRate = 0.02,
            Precision = Precision.Float32,
            Augmentation = augmentation,
            EvaluateEvery = 0,
        };
        TrainingResult result = new Trainer(options, data).Train(new TrainingRun(start, mask, 0, "A.data"));
        using WeightSet final = result.Final;
        double[] found = [.. result.Metrics.Select(epoch => epoch.TrainLoss), result.Metrics[^1].TestLoss!.Value];
        bool same = found.Length == expected.Length && found.Zip(expected).All(pair => Math.Abs(pair.First / pair.Second - 1) <= tolerance);
        Assert.True(same, $"expected {string.Join(", ", expected)} within {tolerance:g1} of each, found {string.Join(", ", found)}");
    }
}

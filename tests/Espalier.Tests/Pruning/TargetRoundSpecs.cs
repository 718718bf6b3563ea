using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;

namespace Espalier.Tests.Pruning;

/// <summary>A target that a shared round of pruning reaches exactly.</summary>
public sealed class TargetRoundSpecs : IDisposable
{
    private static readonly double[] s_targets = [0.5, 0.6, 0.75];
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_trained_once_and_the_rounds_after_it_do_not_notice(bool kept)
    {
        IReadOnlyList<PrunedNetwork> with = Prune(kept ? _folder["with"] : null, s_targets),
            without = Prune(null, [0.6, 0.75]),
            alone = Prune(null, [0.5]);
        Assert.Equal(s_targets, with.Select(result => result.Round.Target!.Value));
        Assert.Equal([0.5, 0.6, 0.75], with.Select(result => Math.Round(result.Mask.Sparsity, 3)));
        Assert.True(with[1].Weights.BitEquals(without[0].Weights));
        Assert.True(with[2].Weights.BitEquals(without[1].Weights));
        Assert.True(with[0].Weights.BitEquals(alone[0].Weights)); // whatever else is asked for
        if (!kept)
            return;
        // Each target has its folder; a second look reads them all.
        Assert.All(s_targets, target => Assert.True(new TrainingFolder(_folder[$"with/sparsity-{target}"]).IsFinished));
        Assert.Equal(
            with.Select(result => result.Training.TestAccuracyPercent),
            Prune(_folder["with"], s_targets).Select(result => result.Training.TestAccuracyPercent)
        );
    }

    public void Dispose() => _folder.Dispose();

    private static IReadOnlyList<PrunedNetwork> Prune(string? folder, double[] targets)
    {
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16);
        using WeightSet dense = Initialization.KaimingNormal(network, new RandomStream(0, "targets"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, torch.CPU);
        var options = new PruningOptions
        {
            RoundFraction = 0.5,
            FineTuning = new TrainingOptions
            {
                Epochs = 1,
                BatchSize = 64,
                LearningRate = 0.01,
                Precision = Precision.Float32,
            },
        };
        return new IterativePruning(options, data, folder).Run(dense, targets, 0);
    }
}

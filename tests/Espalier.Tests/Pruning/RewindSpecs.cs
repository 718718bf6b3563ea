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

/// <summary>What pruning rounds that rewind start from, and what they refuse.</summary>
public sealed class RewindSpecs : IDisposable
{
    private static readonly Network Small = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16);

    private static readonly PruningOptions Rewinding = new()
    {
        RoundFraction = 0.5,
        Rewind = PruningRewind.Weights,
        FineTuning = new TrainingOptions
        {
            Epochs = 1,
            ScheduleEpochs = 3,
            BatchSize = 64,
            Precision = Precision.Float32,
        },
    };

    private readonly TempFolder _folder = new();
    private readonly WeightSet _dense = Initialization.KaimingNormal(Small, new RandomStream(0, "dense")),
        _checkpoint = Initialization.KaimingNormal(Small, new RandomStream(0, "checkpoint"));

    public void Dispose()
    {
        _folder.Dispose();
        _dense.Dispose();
        _checkpoint.Dispose();
    }

    [Fact]
    public void A_round_starts_from_the_checkpoint_under_the_mask_of_the_trained_weights_bit_for_bit()
    {
        using Mask all = Mask.Dense(_dense.Layout, PrunableSet.NoShortcuts.Of(Small)),
            expected = GlobalMagnitude.Prune(_dense, all, 100);
        TrainingRun run = new PruningRound(1, 100, null).Select(_dense, all, 0, "A.prune", _checkpoint);
        using WeightSet start = run.Start,
            masked = _checkpoint.Masked(expected);
        using Mask mask = run.Mask!;
        Assert.True(mask.BitEquals(expected));
        Assert.True(start.BitEquals(masked));
        float[] values = start.Values.data<float>().ToArray(),
            from = _checkpoint.Values.data<float>().ToArray();
        bool[] pruned = mask.Pruned.data<bool>().ToArray();
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(BitConverter.SingleToInt32Bits(pruned[i] ? 0 : from[i]), BitConverter.SingleToInt32Bits(values[i]));
    }

    [Fact]
    public void Every_round_goes_back_to_the_checkpoint_and_selects_what_was_trained()
    {
        using TrainingData data = Data();
        IReadOnlyList<PrunedNetwork> found = new IterativePruning(Rewinding, data).Run(_dense, [0.75], 0, rewound: _checkpoint);
        using Mask all = Mask.Dense(_dense.Layout, PrunableSet.NoShortcuts.Of(Small));
        var trainer = new Trainer(Rewinding.FineTuning, data);
        long prunable = all.PrunableCount;
        using Mask first = GlobalMagnitude.Prune(_dense, all, PruningSchedule.Kept(prunable, 0.5));
        using WeightSet one = trainer.Train(new TrainingRun(_checkpoint.Masked(first), first, 0, "A.prune.round-01")).Final;
        using Mask second = GlobalMagnitude.Prune(one, first, PruningSchedule.Kept(prunable, 0.75));
        using WeightSet two = trainer.Train(new TrainingRun(_checkpoint.Masked(second), second, 0, "A.prune.round-02")).Final;
        Assert.True(found[0].Mask.BitEquals(second));
        Assert.True(found[0].Weights.BitEquals(two));
    }

    [Fact]
    public void Rewinding_the_learning_rate_leaves_the_weights_where_they_are()
    {
        using TrainingData data = Data();
        PruningOptions rate = Rewinding with { Rewind = PruningRewind.LearningRate };
        PrunedNetwork found = new IterativePruning(rate, data).Run(_dense, [0.5], 0)[0];
        using WeightSet start = _dense.Masked(found.Mask);
        using WeightSet expected = new Trainer(rate.FineTuning, data)
            .Train(new TrainingRun(start, found.Mask, 0, "A.prune.round-01"))
            .Final;
        Assert.True(found.Weights.BitEquals(expected));
        Assert.Equal(2, rate.RewindEpoch);
    }

    [Fact]
    public void A_folder_of_rounds_of_another_checkpoint_is_refused()
    {
        using TrainingData data = Data();
        _ = new IterativePruning(Rewinding, data, _folder.Path).Run(_dense, [0.5], 0, rewound: _checkpoint);
        Assert.Throws<InputException>(() => new IterativePruning(Rewinding, data, _folder.Path).Run(_dense, [0.5], 0, rewound: _dense));
        Assert.Throws<InputException>(() =>
            new IterativePruning(Rewinding with { Rewind = PruningRewind.LearningRate }, data, _folder.Path).Run(_dense, [0.5], 0)
        );
    }

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        using TrainingData data = Data();
        using WeightSet other = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 16),
            new RandomStream(0, "other")
        );
        string Refused(PruningOptions options, WeightSet? rewound) =>
            Assert.Throws<InputException>(() => new IterativePruning(options, data).Run(_dense, [0.5], 0, rewound: rewound)).Message;
        Assert.Contains("checkpoint after 2 epochs", Refused(Rewinding, null));
        Assert.Contains("rewind no weights", Refused(Rewinding with { Rewind = PruningRewind.None }, _checkpoint));
        Assert.Contains("checkpoint to rewind to", Refused(Rewinding, other));
        TrainingOptions training = Rewinding.FineTuning;
        Assert.Contains("not given", Refused(Rewinding with { FineTuning = training with { ScheduleEpochs = null } }, _checkpoint));
        Assert.Contains("last 4 epochs", Refused(Rewinding with { FineTuning = training with { Epochs = 4 } }, _checkpoint));
    }

    private static TrainingData Data() => new(TinyImages.Make(), Augmentation.None, Precision.Float32, torch.CPU);
}

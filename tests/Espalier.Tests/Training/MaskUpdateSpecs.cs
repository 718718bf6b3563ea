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

/// <summary>Trainings whose mask changes: step by step, and stopped anywhere.</summary>
public class MaskUpdateSpecs
{
    [Theory]
    [InlineData("rigl", Precision.Float32)]
    [InlineData("rigl", Precision.BFloat16)]
    [InlineData("set", Precision.Float32)]
    [InlineData("gmp", Precision.BFloat16)]
    [InlineData("ac-dc", Precision.Float32)]
    [InlineData("ac-dc", Precision.BFloat16)]
    public void After_every_step_pruned_weights_are_zero_and_what_grew_begins_at_zero_without_momentum(string name, Precision precision)
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = UniformDensity.Random(start.Layout, PrunableSet.NoShortcuts.Of(network), 3000, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = precision, ScaleGradients = true }, CPU);
        IMaskUpdate rule = ThirdStep.Rule(name);
        int done = 0,
            grown = 0;
        foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "data"), 16))
        {
            Tensor before = step.State.Mask!.Pruned.clone();
            long now = ++done;
            using (batch)
                step.Run(batch, 0.1, null, rule.IsDue(now, 16) ? new DueUpdate(rule, now, 16, new RandomStream(0, "mask", now)) : null);
            Tensor pruned = step.State.Mask!.Pruned,
                fresh = before.logical_and(pruned.logical_not());
            foreach (
                Tensor zero in new[]
                {
                    step.State.Values.masked_select(pruned),
                    step.State.Velocity.masked_select(pruned),
                    step.State.Values.masked_select(fresh),
                    step.State.Velocity.masked_select(fresh),
                }
            )
                Assert.All(zero.detach().data<float>().ToArray(), value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value)));
            step.State.CheckMask(rule.KeptAfter(mask, now, 16));
            if (name is "rigl" or "set")
                Assert.All(mask.Prunable, p => Assert.Equal(mask.Kept(p), step.State.Mask!.Kept(p)));
            grown += (int)fresh.sum().item<long>();
        }
        Assert.Equal(16, done);
        Assert.Equal(name != "gmp", grown > 100);
        Assert.Throws<InvalidOperationException>(() => step.State.CheckMask(rule.KeptAfter(mask, 16, 16) + 1));
    }

    [Theory]
    [InlineData("rigl", Precision.Float32, 3)]
    [InlineData("rigl", Precision.BFloat16, 17)]
    [InlineData("set", Precision.Float32, 11)]
    [InlineData("set", Precision.Float32, 24)]
    [InlineData("gmp", Precision.Float32, 20)]
    [InlineData("gmp", Precision.BFloat16, 9)]
    [InlineData("ac-dc", Precision.Float32, 11)] // compressed
    [InlineData("ac-dc", Precision.BFloat16, 21)] // decompressed again
    public void An_interrupted_training_that_continues_ends_in_the_same_bits(string name, Precision precision, int steps)
    {
        using TempFolder whole = new(),
            parts = new();
        using TrainingResultOwner uninterrupted = Train(name, precision, whole);
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Epoch * 8 + p.Step >= steps)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Train(name, precision, parts, stop, cancel.Token));
        using TrainingResultOwner resumed = Train(name, precision, parts);
        Assert.True(resumed.Result.Final.BitEquals(uninterrupted.Result.Final));
        Assert.True(resumed.Result.Mask!.BitEquals(uninterrupted.Result.Mask!));
        string[] files =
        [
            "epoch-0000-mask.safetensors",
            "epoch-0000.safetensors",
            "epoch-0002-mask.safetensors",
            "epoch-0002.safetensors",
            "epoch-0004-mask.safetensors",
            "epoch-0004.safetensors",
            "mask.safetensors",
            "weights.safetensors",
        ];
        Assert.Equal(files, whole.Files().Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)));
        Assert.Equal(files, parts.Files().Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)));
        foreach (string file in files)
            Assert.Equal(File.ReadAllBytes(whole[file]), File.ReadAllBytes(parts[file]));

        // Every kept checkpoint fits its own mask, and the mask did change.
        var folder = new TrainingFolder(whole.Path);
        Mask[] masks = [.. new[] { 0, 2, 4 }.Select(epoch => MaskFile.Read(folder.CheckpointMask(epoch)))];
        foreach ((int epoch, Mask mask) in new[] { 0, 2, 4 }.Zip(masks))
        {
            using WeightSet weights = WeightsFile.Read(folder.Checkpoint(epoch));
            Assert.True(weights.BitEquals(weights.Masked(mask)), $"epoch {epoch}");
        }
        Assert.False(masks[0].BitEquals(masks[1]));
        Assert.True(masks[2].BitEquals(MaskFile.Read(folder.FinalMask)));
    }

    [Fact]
    public void A_training_does_not_continue_with_other_changes()
    {
        using TempFolder folder = new();
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics is not null)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Train("rigl", Precision.Float32, folder, stop, cancel.Token));
        Assert.Contains("updates", Assert.Throws<InputException>(() => Train("set", Precision.Float32, folder)).Message);
    }

    [Fact]
    public void A_rule_without_a_mask_or_without_a_change_is_refused()
    {
        using WeightSet start = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 8),
            new RandomStream(0, "A")
        );
        using Mask mask = Mask.Dense(start.Layout, PrunableSet.AllWeights.Of(start.Network));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var trainer = new Trainer(
            new TrainingOptions
            {
                Epochs = 1,
                BatchSize = 64,
                Precision = Precision.Float32,
            },
            data
        );
        Assert.Contains(
            "none to begin with",
            Assert
                .Throws<InputException>(() => trainer.Train(new TrainingRun(start, null, 0, "data") { Updates = ThirdStep.Rule("set") }))
                .Message
        );
        Assert.Contains(
            "at most 2",
            Assert
                .Throws<InputException>(() => trainer.Train(new TrainingRun(start, mask, 0, "data") { Updates = ThirdStep.Rule("gmp") }))
                .Message
        );
    }

    private static TrainingResultOwner Train(
        string name,
        Precision precision,
        TempFolder folder,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(network);
        using Mask mask = name is "gmp" or "ac-dc"
            ? Mask.Dense(start.Layout, prunable)
            : ErdosRenyiKernel.Random(start.Layout, prunable, 2000, new RandomStream(0, "mask"));
        var options = new TrainingOptions
        {
            Epochs = 4,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = precision,
            Augmentation = new Augmentation(true, 1),
            Checkpoints = [0, 2, 4],
            ScaleGradients = true,
        };
        using var data = new TrainingData(TinyImages.Make(), options.Augmentation, precision, CPU);
        return new(
            new Trainer(options, data, new TrainingFolder(folder.Path), progress).Train(
                new TrainingRun(start, mask, 1, "data") { Updates = ThirdStep.Rule(name) },
                cancel
            )
        );
    }

    private sealed record TrainingResultOwner(TrainingResult Result) : IDisposable
    {
        public void Dispose()
        {
            Result.Final.Dispose();
            Result.Mask?.Dispose();
        }
    }
}

using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Training;

/// <summary>Trainings whose mask changes: against a slow loop of their own, step by step, and stopped anywhere.</summary>
public class MaskUpdateSpecs
{
    private static readonly UpdateTimes Times = new() { Every = 3 };

    private static IMaskUpdate Rule(string name) =>
        name switch
        {
            "rigl" => new DropAndGrow { Times = Times },
            "set" => new DropAndGrow { Times = Times, Growth = Growth.Random },
            _ => new GradualMagnitude { Kept = 100, Times = Times },
        };

    [Theory]
    [InlineData("rigl", false)]
    [InlineData("rigl", true)]
    [InlineData("set", false)]
    [InlineData("gmp", true)]
    public void A_training_is_that_of_a_slow_loop(string name, bool scale)
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> prunable = PrunableSet.AllWeights.Of(network);
        using Mask mask =
            name == "gmp"
                ? Mask.Dense(start.Layout, prunable)
                : UniformDensity.Random(start.Layout, prunable, 500, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            ScaleGradients = scale,
        };
        TrainingResult ours = new Trainer(options, data).Train(new TrainingRun(start, mask, 7, "data") { Updates = Rule(name) });

        Tensor[] weights = [.. network.Parameters.Select(p => start.Masked(mask)[p].detach().clone().requires_grad_(true))],
            momentum = [.. weights.Select(w => zeros_like(w))];
        bool[][] kept = [.. network.Parameters.Select(p => mask.Layout.Slice(mask.Pruned, p).logical_not().data<bool>().ToArray())];
        int step = 0,
            changes = 0;
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 32))
                using (batch)
                {
                    double rate = 0.05 * 0.5 * (1 + Math.Cos(Math.PI * step++ / 16));
                    bool due = step is 3 or 6 or 9; // T_end = 12 is none
                    foreach (Tensor w in weights)
                        w.grad = null;
                    Functional
                        .cross_entropy(
                            Functional.linear(
                                Functional.linear(batch.Images.flatten(1), weights[0], weights[1]).relu(),
                                weights[2],
                                weights[3]
                            ),
                            batch.Labels
                        )
                        .backward();
                    using var guard = no_grad();
                    float[][] gradients = [.. weights.Select(w => w.grad!.data<float>().ToArray())];
                    if (!due || name != "rigl")
                        for (int i = 0; i < weights.Length; i++)
                        {
                            Tensor gradient = weights[i].grad!;
                            int units = (int)weights[i].shape[0],
                                inputs = kept[i].Length / units;
                            if (scale && network.Parameters[i].IsWeight)
                                for (int unit = 0; unit < units; unit++)
                                    gradient[unit]
                                        .TimesInPlace(
                                            Math.Sqrt(
                                                kept[i].Skip(unit * inputs).Take(inputs).Count(k => k)
                                                    * (double)units
                                                    / kept[i].Count(k => k)
                                            )
                                        );
                            momentum[i]
                                .TimesInPlace(0.9)
                                .PlusInPlace(gradient.Plus(weights[i].Times(5e-4)) * tensor(kept[i]).view(weights[i].shape));
                            weights[i].MinusInPlace(momentum[i].Times(rate));
                        }
                    if (!due)
                        continue;
                    changes++;
                    var random = new RandomStream(7, "data.mask", step);
                    float[][] values = [.. weights.Select(w => w.data<float>().ToArray())];
                    if (name == "gmp")
                    {
                        double left = 1 - step / 9.0; // the last change reaches 100
                        int keep = 100 + (int)Math.Round((prunable.Sum(p => p.Count) - 100) * left * left * left);
                        var remaining =
                            from i in new[] { 0, 2 }
                            from j in Enumerable.Range(0, kept[i].Length)
                            where kept[i][j]
                            orderby Math.Abs(values[i][j]) descending
                            select (i, j);
                        HashSet<(int, int)> stay = [.. remaining.Take(keep)];
                        foreach (int i in new[] { 0, 2 })
                            kept[i] = [.. kept[i].Select((_, j) => stay.Contains((i, j)))];
                    }
                    else
                        foreach (int i in new[] { 0, 2 })
                        {
                            int[] active = [.. kept[i].Index().Where(k => k.Item).Select(k => k.Index)];
                            int count = (int)(0.15 * (1 + Math.Cos(Math.PI * step / 12)) * active.Length);
                            int[] remaining = [.. active.OrderByDescending(j => Math.Abs(values[i][j])).Take(active.Length - count)],
                                free = [.. Enumerable.Range(0, kept[i].Length).Except(remaining)];
                            int[] grown =
                                name == "rigl"
                                    ? [.. free.OrderByDescending(j => Math.Abs(gradients[i][j])).Take(count)]
                                    : [.. random.NextOrder(free.Length).Take(count).Select(place => free[place])];
                            Assert.True(i > 0 || grown.Any(j => !kept[i][j]));
                            kept[i] = [.. kept[i].Select((_, j) => remaining.Contains(j) || grown.Contains(j))];
                        }
                    foreach (int i in new[] { 0, 2 })
                    {
                        Tensor factors = tensor(kept[i]).view(weights[i].shape);
                        weights[i].mul_(factors);
                        momentum[i].mul_(factors);
                    }
                }
        Assert.Equal(3, changes);
        foreach ((Parameter p, int i) in network.Parameters.Select((p, i) => (p, i)))
        {
            Assert.Equal(kept[i], ours.Mask!.Layout.Slice(ours.Mask.Pruned, p).logical_not().data<bool>().ToArray());
            Assert.True((weights[i] - ours.Final[p]).abs().max().item<float>() < 1e-5, p.Name);
        }
    }

    [Theory]
    [InlineData("rigl", Precision.Float32)]
    [InlineData("rigl", Precision.BFloat16)]
    [InlineData("set", Precision.Float32)]
    [InlineData("gmp", Precision.BFloat16)]
    public void After_every_step_pruned_weights_are_zero_and_what_grew_begins_at_zero_without_momentum(string name, Precision precision)
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = UniformDensity.Random(start.Layout, PrunableSet.NoShortcuts.Of(network), 3000, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        using var step = new TrainingStep(start, mask, new TrainingOptions { Precision = precision, ScaleGradients = true }, CPU);
        IMaskUpdate rule = Rule(name);
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
            if (name != "gmp")
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
            Assert.Throws<InputException>(() => trainer.Train(new TrainingRun(start, null, 0, "data") { Updates = Rule("set") })).Message
        );
        Assert.Contains(
            "at most 2",
            Assert.Throws<InputException>(() => trainer.Train(new TrainingRun(start, mask, 0, "data") { Updates = Rule("gmp") })).Message
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
        using Mask mask =
            name == "gmp"
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
                new TrainingRun(start, mask, 1, "data") { Updates = Rule(name) },
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

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
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

public class DeterminismSpecs
{
    private static readonly Network Small = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    private static TrainingOptions Options(Precision precision) =>
        new()
        {
            Epochs = 4,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = precision,
            Augmentation = new Augmentation(true, 1),
            Checkpoints = [0, 2, 4],
        };

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void The_same_seed_gives_the_same_bits_and_another_does_not(Precision precision)
    {
        WeightSet first = Train(precision, 1),
            again = Train(precision, 1),
            other = Train(precision, 2);
        Assert.True(first.BitEquals(again));
        Assert.False(first.BitEquals(other));
    }

    [Theory]
    [InlineData(Precision.Float32, 3)]
    [InlineData(Precision.Float32, 17)]
    [InlineData(Precision.BFloat16, 24)]
    public void An_interrupted_training_that_continues_ends_in_the_same_bits(Precision precision, int steps)
    {
        using TempFolder whole = new(),
            parts = new();
        WeightSet uninterrupted = Train(precision, 1, new TrainingFolder(whole.Path));
        using var cancel = new CancellationTokenSource();
        int reports = 0;
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Epoch * 8 + p.Step >= steps)
                cancel.Cancel();
            reports++;
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Train(precision, 1, new TrainingFolder(parts.Path), stop, cancel.Token));
        Assert.True(reports > 0);
        WeightSet resumed = Train(precision, 1, new TrainingFolder(parts.Path));
        Assert.True(resumed.BitEquals(uninterrupted));
        foreach (
            string file in new[] { "weights.safetensors", "epoch-0000.safetensors", "epoch-0002.safetensors", "epoch-0004.safetensors" }
        )
            Assert.Equal(
                File.ReadAllBytes(System.IO.Path.Combine(whole.Path, file)),
                File.ReadAllBytes(System.IO.Path.Combine(parts.Path, file))
            );
        Assert.Equal(4, new TrainingFolder(parts.Path).Read().Metrics.Count);
        Assert.DoesNotContain(
            Directory.GetFiles(parts.Path),
            file => file.Contains("resume", StringComparison.Ordinal) || file.Contains(".part", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_folder_of_another_training_is_refused()
    {
        using TempFolder folder = new();
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Metrics is not null)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Train(Precision.Float32, 1, new TrainingFolder(folder.Path), stop, cancel.Token)
        );
        Assert.Contains(
            "seed 1 instead of 2",
            Assert.Throws<InputException>(() => Train(Precision.Float32, 2, new TrainingFolder(folder.Path))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Pruned_weights_stay_exactly_zero_and_others_train(Precision precision)
    {
        using WeightSet start = Initialization.KaimingNormal(Small, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(Small);
        using Mask dense = Mask.Dense(start.Layout, prunable),
            mask = GlobalMagnitude.Prune(start, dense, dense.PrunableCount / 10);
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        WeightSet final = new Trainer(Options(precision) with { Augmentation = Augmentation.None }, data)
            .Train(new TrainingRun(start, mask, 0, "data"))
            .Final;
        Assert.True(final.BitEquals(final.Masked(mask)));
        Assert.Equal(mask.KeptCount, prunable.Sum(p => final[p].count_nonzero().item<long>()));
        Assert.False(final.BitEquals(start.Masked(mask)));
    }

    [Fact]
    public void Steps_equal_those_of_torch_modules_and_their_optimizer()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 16);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
        };
        WeightSet ours = new Trainer(options, data).Train(new TrainingRun(start, null, 7, "data")).Final;

        using var one = nn.Linear(192, 16);
        using var two = nn.Linear(16, 4);
        (Tensor Theirs, string Name)[] pairs =
        [
            (one.weight!, "fc1.weight"),
            (one.bias!, "fc1.bias"),
            (two.weight!, "fc2.weight"),
            (two.bias!, "fc2.bias"),
        ];
        using (no_grad())
            foreach ((Tensor theirs, string name) in pairs)
                theirs.copy_(start[network.Parameters.Single(p => p.Name == name)]);
        using var optimizer = optim.SGD(one.parameters().Concat(two.parameters()), 0.05, momentum: 0.9, weight_decay: 5e-4);
        int step = 0;
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 32))
                using (batch)
                {
                    foreach (var group in optimizer.ParamGroups)
                        group.LearningRate = 0.05 * 0.5 * (1 + Math.Cos(Math.PI * step++ / 16));
                    optimizer.zero_grad();
                    nn.functional.cross_entropy(two.forward(one.forward(batch.Images.flatten(1)).relu()), batch.Labels).backward();
                    optimizer.step();
                }
        foreach ((Tensor theirs, string name) in pairs)
            Assert.True((theirs - ours[network.Parameters.Single(p => p.Name == name)]).abs().max().item<float>() < 1e-5, name);
    }

    [Fact]
    public void A_diverging_loss_is_one_clear_sentence()
    {
        using WeightSet start = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 2, width: 16),
            new RandomStream(0, "A")
        );
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        InputException fault = Assert.Throws<InputException>(() =>
            new Trainer(
                new TrainingOptions
                {
                    Epochs = 3,
                    BatchSize = 32,
                    LearningRate = 900,
                    Momentum = 0.99,
                    Precision = Precision.Float32,
                },
                data
            ).Train(new TrainingRun(start, null, 0, "data"))
        );
        Assert.Contains("diverged", fault.Message, StringComparison.Ordinal);
    }

    private static WeightSet Train(
        Precision precision,
        long seed,
        TrainingFolder? folder = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        using WeightSet start = Initialization.KaimingNormal(Small, new RandomStream(0, "A"));
        TrainingOptions options = Options(precision);
        using var data = new TrainingData(TinyImages.Make(), options.Augmentation, precision, CPU);
        return new Trainer(options, data, folder, progress).Train(new TrainingRun(start, null, seed, "data"), cancel).Final;
    }
}

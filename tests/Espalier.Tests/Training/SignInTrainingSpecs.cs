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
using Functional = TorchSharp.torch.nn.functional;

namespace Espalier.Tests.Training;

/// <summary>Whole trainings with Sign-In's products: as a slow loop does them, and stopped anywhere.</summary>
public class SignInTrainingSpecs
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_is_that_of_a_slow_loop(bool sparse)
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = UniformDensity.Random(
            start.Layout,
            PrunableSet.AllWeights.Of(network),
            sparse ? 500 : 12 * 192 + 48,
            new RandomStream(0, "mask")
        );
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 64,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            SignIn = new() { Beta = 0.5, Every = 2 },
        };
        using WeightSet ours = new Trainer(options, data).Train(new TrainingRun(start, sparse ? mask : null, 7, "data")).Final;

        // Here m and w are parameters of autograd, and the momentum is that of TorchSharp's own optimizer.
        Tensor[] theta = [.. network.Parameters.Select(p => start.Masked(mask)[p].detach().clone())],
            kept = [.. network.Parameters.Select(p => start.Layout.View(mask.ToFactors(CPU, ScalarType.Float32), p))];
        var m = new TorchSharp.Modules.Parameter[4];
        var w = new TorchSharp.Modules.Parameter[4];
        for (int i = 0; i < 4; i++)
        {
            (m[i], w[i]) = (new(zeros_like(theta[i])), new(zeros_like(theta[i])));
            Balance(i);
        }
        using var optimizer = optim.SGD([.. w, m[0], m[2]], 0.05, momentum: 0.9, weight_decay: 5e-4);
        int step = 0;
        for (int epoch = 0; epoch < 3; epoch++)
        {
            if (epoch == 2)
                foreach (int i in new[] { 0, 2 })
                    Balance(i);
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 64))
                using (batch)
                {
                    foreach (var group in optimizer.ParamGroups)
                        group.LearningRate = 0.05 * 0.5 * (1 + Math.Cos(Math.PI * step / 12));
                    step++;
                    optimizer.zero_grad();
                    Tensor[] now = [.. m.Zip(w, (a, b) => a * b).Zip(kept, (a, b) => a * b)];
                    Functional
                        .cross_entropy(
                            Functional.linear(Functional.linear(batch.Images.flatten(1), now[0], now[1]).relu(), now[2], now[3]),
                            batch.Labels
                        )
                        .backward();
                    optimizer.step();
                    using var guard = no_grad();
                    for (int i = 0; i < 4; i++)
                        theta[i] = (m[i] * w[i] * kept[i]).detach();
                }
        }
        foreach ((Parameter p, int i) in network.Parameters.Select((p, i) => (p, i)))
            Assert.True((theta[i] - ours[p]).abs().max().item<float>() < 1e-5, p.Name);

        void Balance(int i)
        {
            using var guard = no_grad();
            float[] values = theta[i].data<float>().ToArray();
            double[] squares = [.. values.Select(value => (0.5 + Math.Sqrt(0.25 + 4.0 * value * value)) / 2)];
            bool weight = i % 2 == 0;
            m[i].copy_(tensor([.. squares.Select(square => weight ? (float)Math.Sqrt(square) : 1)]).view(theta[i].shape));
            w[i].copy_(theta[i] / m[i]);
        }
    }

    [Theory]
    [InlineData("rigl", Precision.Float32, 11)]
    [InlineData("rigl", Precision.BFloat16, 17)]
    [InlineData("set", Precision.Float32, 24)]
    public void An_interrupted_training_that_continues_ends_in_the_same_bits(string name, Precision precision, int steps)
    {
        using TempFolder whole = new(),
            parts = new();
        Train(whole);
        using var cancel = new CancellationTokenSource();
        var stop = new Relay<TrainingProgress>(p =>
        {
            if (p.Epoch * 8 + p.Step >= steps)
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Train(parts, stop, cancel.Token));
        Assert.True(File.Exists(new TrainingFolder(parts.Path).ResumeFile));
        Train(parts);
        foreach (string file in new[] { "weights.safetensors", "mask.safetensors" })
            Assert.Equal(File.ReadAllBytes(whole[file]), File.ReadAllBytes(parts[file]));

        void Train(TempFolder folder, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
        {
            Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
            using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
            using Mask mask = UniformDensity.Random(start.Layout, PrunableSet.NoShortcuts.Of(network), 2000, new RandomStream(0, "mask"));
            var options = new TrainingOptions
            {
                Epochs = 4,
                BatchSize = 32,
                LearningRate = 0.05,
                Precision = precision,
                SignIn = new() { Every = 2 },
            };
            using var data = new TrainingData(TinyImages.Make(), options.Augmentation, precision, CPU);
            TrainingResult result = new Trainer(options, data, new TrainingFolder(folder.Path), progress).Train(
                new TrainingRun(start, mask, 1, "data") { Updates = ThirdStep.Rule(name) },
                cancel
            );
            result.Final.Dispose();
            result.Mask?.Dispose();
        }
    }
}

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

/// <summary>Sign-In's products against the published rule: by hand, in trainings by a slow loop, and stopped anywhere.</summary>
public class SignInSpecs
{
    private static readonly double Root = Math.Sqrt(2);

    [Fact]
    public void Factors_begin_balanced_and_a_step_is_the_one_done_by_hand()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(Mlp.Build(Shape.Maps(1, 2, 2), 2, depth: 1, width: 3)); // 12 + 3 + 6 + 2 values
        Tensor values = zeros(23);
        // β = 1 and θ = √2: m² = (1 + √(1 + 8)) / 2 = 2, w = θ / m = 1. The last of these four is pruned.
        foreach ((int place, double value) in new[] { (0, Root), (1, -Root), (3, 5), (12, 0.5) })
            values[place] = tensor((float)value);
        bool[] pruned = [.. Enumerable.Range(0, 23).Select(i => i == 3)];
        using var start = new WeightSet(layout, values, zeros(0));
        using Mask mask = new(layout, PrunableSet.AllWeights.Of(layout.Network), tensor(pruned));
        var options = new TrainingOptions { Precision = Precision.Float32, SignIn = new() };
        using var state = new TrainerState(start, mask, options, CPU);
        Check(state.SignIn!.M, (0, Root), (1, Root), (2, 1), (3, 0), (12, 1));
        Check(state.SignIn.W, (0, 1), (1, -1), (2, 0), (3, 0), (12, 0.5));

        var update = new SgdUpdate(state, momentum: 0.5, weightDecay: 0.2);
        double m = Root,
            w = 1,
            ofM = 0,
            ofW = 0,
            bias = 0.5,
            ofBias = 0;
        for (int step = 0; step < 2; step++)
        {
            state.Gradient.zero_();
            foreach (int place in new[] { 0, 2, 3, 12 })
                state.Gradient[place] = tensor(0.5f);
            update.Run(0.1);
            // ∂L/∂m = g w, ∂L/∂w = g m, each with momentum and decay of its own; a bias is itself.
            (ofM, ofW) = (0.5 * ofM + 0.5 * w + 0.2 * m, 0.5 * ofW + 0.5 * m + 0.2 * w);
            (m, w) = (m - 0.1 * ofM, w - 0.1 * ofW);
            ofBias = 0.5 * ofBias + 0.5 + 0.2 * bias;
            bias -= 0.1 * ofBias;
            Check(state.Values, (0, m * w), (3, 0), (12, bias));
        }
        // What was zero has passed it: there m = 1 (less its decay), and θ follows the gradient.
        Assert.InRange(state.Values[2].item<float>(), -0.2, -0.05);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(state.Values[3].item<float>()));
    }

    [Fact]
    public void A_small_step_is_that_of_the_flow_with_the_slope_multiplied()
    {
        // dθ = −√(4θ² + β²) ∇ dt: m² + w² by m w = θ and m² − w² = β.
        using var scope = NewDisposeScope();
        using WeightSet start = Initialization.KaimingNormal(
            Mlp.Build(Shape.Maps(1, 2, 2), 2, depth: 1, width: 3),
            new RandomStream(0, "A")
        );
        foreach (double beta in new[] { 0.1, 1, 3 })
        {
            var options = new TrainingOptions
            {
                Precision = Precision.Float32,
                SignIn = new() { Beta = beta },
            };
            using var state = new TrainerState(start, null, options, CPU);
            state.Gradient.fill_(Held.One);
            new SgdUpdate(state, 0, 0).Run(1e-3);
            foreach (Parameter p in start.Network.Parameters.Where(p => p.IsWeight))
            foreach (int i in Enumerable.Range((int)start.Layout.Offset(p), p.Count))
            {
                double theta = start.Values[i].item<float>(),
                    moved = (state.Values[i].item<float>() - theta) / 1e-3,
                    expected = -Math.Sqrt(4 * theta * theta + beta * beta);
                Assert.InRange(moved / expected, 0.99, 1.01);
            }
        }
    }

    [Fact]
    public void A_reset_leaves_weights_and_momentum_and_makes_the_difference_of_squares_beta_again()
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(start, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Precision = Precision.Float32,
            SignIn = new() { Every = 3 },
        };
        using var step = new TrainingStep(start, mask, options, CPU);
        SignInFactors factors = step.State.SignIn!;
        foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "data"), 32))
            using (batch)
                step.Run(batch, 0.1, null);
        Tensor weights = zeros(start.Layout.Length, ScalarType.Bool);
        foreach (Parameter p in network.Parameters.Where(p => p.IsWeight))
            start.Layout.Slice(weights, p).copy_(start.Layout.Slice(mask.Pruned, p).logical_not());
        float[] Difference() => (Held.Square(factors.M) - Held.Square(factors.W)).masked_select(weights).data<float>().ToArray();
        byte[] values = [.. step.State.Values.bytes],
            velocity = [.. step.State.Velocity.bytes],
            ofM = [.. factors.VelocityOfM.bytes];
        float[] worn = Difference();
        Assert.Contains(worn, value => Math.Abs(value - 1) > 0.01);
        foreach (int epoch in new[] { 0, 1, 2, 4 })
            step.Begin(epoch);
        Assert.Equal(worn, Difference());
        step.Begin(3);
        Assert.All(Difference(), value => Assert.Equal(1, value, 1e-5));
        Assert.True((factors.M * factors.W - step.State.Values).abs().max().item<float>() < 1e-6);
        Assert.Equal(values, step.State.Values.bytes.ToArray());
        Assert.Equal(velocity, step.State.Velocity.bytes.ToArray());
        Assert.Equal(ofM, factors.VelocityOfM.bytes.ToArray());
        Assert.Equal(0, factors.M.masked_select(mask.Pruned).count_nonzero().item<long>());
    }

    [Fact]
    public void What_grows_begins_at_zero_with_m_alone_and_what_is_dropped_has_neither_factor()
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = UniformDensity.Random(start.Layout, PrunableSet.AllWeights.Of(network), 500, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Precision = Precision.Float32,
            SignIn = new() { Beta = 4 },
        };
        using var step = new TrainingStep(start, mask, options, CPU);
        IMaskUpdate rule = ThirdStep.Rule("rigl");
        long done = 0;
        foreach (Batch batch in data.Train.Epoch(new RandomStream(0, "data"), 32))
        {
            Tensor before = step.State.Mask!.Pruned.clone();
            bool due = rule.IsDue(++done, 16);
            using (batch)
                step.Run(batch, 0.1, null, due ? new DueUpdate(rule, done, 16, new RandomStream(0, "mask", done)) : null);
            SignInFactors factors = step.State.SignIn!;
            Tensor pruned = step.State.Mask!.Pruned,
                fresh = before.logical_and(pruned.logical_not());
            Assert.Equal(due, fresh.any().item<bool>());
            Assert.All(factors.M.masked_select(fresh).data<float>().ToArray(), m => Assert.Equal(2, m));
            Assert.Equal(0, factors.W.masked_select(fresh).count_nonzero().item<long>());
            Assert.Equal(0, factors.VelocityOfM.masked_select(fresh).count_nonzero().item<long>());
            foreach ((_, Tensor buffer) in factors.Buffers)
                Assert.Equal(0, buffer.masked_select(pruned).count_nonzero().item<long>());
            step.State.CheckMask(500);
        }
    }

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

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, -1)]
    public void Impossible_values_are_refused(double beta, int every) =>
        Assert.Contains(
            "Sign-In with",
            Assert
                .Throws<InputException>(() =>
                    new TrainingOptions
                    {
                        SignIn = new() { Beta = beta, Every = every },
                    }.Validated()
                )
                .Message
        );

    [Fact]
    public void One_cannot_ask_for_HAM_too() =>
        Assert.Contains(
            "one of them",
            Assert.Throws<InputException>(() => new TrainingOptions { SignIn = new(), Ham = new() }.Validated()).Message
        );

    private static void Check(Tensor found, params (int Place, double Value)[] expected) =>
        Assert.All(expected, pair => Assert.Equal(pair.Value, found[pair.Place].item<float>(), 1e-6));
}

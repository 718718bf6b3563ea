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

/// <summary>Sign-In's products against the published rule, by hand.</summary>
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

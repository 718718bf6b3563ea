using System.Text.Json;
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

/// <summary>HAM's step against its published rule: by hand, and in trainings by a slow loop.</summary>
public class HamSpecs
{
    private static readonly Network Net = Mlp.Build(Shape.Maps(1, 2, 2), 2, depth: 1, width: 3); // 12 + 3 + 6 + 2 values

    [Fact]
    public void A_step_is_the_one_done_by_hand()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(Net);
        using var step = new HamStep(new HamOptions(), layout, CPU);
        float[] values = [2, -2, 2, -2, 0, 3, 1, 1, 1, 1, 1, 1, 0.5f, -0.5f, 0, 2, -2, 1, 1, 1, 1, 7, -7],
            gradient = [0.01f, 0.01f, -0.01f, 0, 9, 1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 0.02f, 0.02f, 0, 0, 0, 0, 1, 1];
        Tensor changed = tensor(values);
        step.Run(changed, tensor(gradient), 0.1);
        // η (−α sign(w) ∇ − β) with η = 0.1: 0.1 (−200 · 0.01 − 0.001) = −0.2001, and so on; held within ±5.
        (int Place, double Exponent)[] expected =
        [
            (0, -0.2001),
            (1, 0.1999),
            (2, 0.1999),
            (3, -0.0001),
            (5, -5),
            (6, 5),
            (7, -0.0001),
            (15, -0.4001),
            (16, 0.3999),
            (17, -0.0001),
        ];
        foreach ((int place, double exponent) in expected)
            Assert.Equal(
                values[place] * Math.Exp(exponent),
                changed[place].item<float>(),
                Math.Abs(values[place]) * Math.Exp(exponent) * 1e-6
            );
        foreach (int place in new[] { 4, 12, 13, 14, 21, 22 }) // a pruned weight, and biases
            Assert.Equal(BitConverter.SingleToInt32Bits(values[place]), BitConverter.SingleToInt32Bits(changed[place].item<float>()));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Pruned_weights_stay_zero_and_no_sign_changes_by_it(Precision precision)
    {
        using var scope = NewDisposeScope();
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask mask = RandomNetworks.Mask(start, new RandomStream(0, "mask"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, precision, CPU);
        var usual = new TrainingOptions { Precision = precision };
        using var with = new TrainingStep(start, mask, usual with { Ham = new() }, CPU);
        using var without = new TrainingStep(start, mask, usual, CPU);
        Batch[] batches = [.. data.Train.Epoch(new RandomStream(0, "data"), 64)];
        with.Run(batches[0], 0.1, null);
        without.Run(batches[0], 0.1, null); // the same step, without what follows it
        Assert.Equal(without.State.Values.sign().data<float>().ToArray(), with.State.Values.sign().data<float>().ToArray());
        foreach (Parameter p in network.Parameters)
            Assert.Equal(
                !p.IsWeight,
                start
                    .Layout.Slice(with.State.Values, p)
                    .data<float>()
                    .ToArray()
                    .SequenceEqual(start.Layout.Slice(without.State.Values, p).data<float>().ToArray())
            );
        foreach (Batch batch in batches)
        {
            with.Run(batch, 0.1, null);
            Assert.All(
                with.State.Values.masked_select(mask.Pruned).data<float>().ToArray(),
                value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value))
            );
            if (precision == Precision.BFloat16)
                Assert.True(with.State.Computed!.equal(with.State.Values.to(ScalarType.BFloat16)).all().item<bool>());
            batch.Dispose();
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_training_is_that_of_a_slow_loop(bool sparse, bool scale)
    {
        using var scope = NewDisposeScope();
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using Mask? mask = sparse
            ? UniformDensity.Random(start.Layout, PrunableSet.AllWeights.Of(network), 500, new RandomStream(0, "mask"))
            : null;
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = 0.05,
            Precision = Precision.Float32,
            ScaleGradients = scale,
            Ham = new HamOptions { Alpha = 20, Beta = 0.1 },
        };
        using WeightSet ours = new Trainer(options, data).Train(new TrainingRun(start, mask, 7, "data")).Final;
        Tensor[] weights =
            [.. network.Parameters.Select(p => (mask is null ? start : start.Masked(mask))[p].detach().clone().requires_grad_(true))],
            momentum = [.. weights.Select(w => zeros_like(w))];
        Tensor? scales = mask is null ? null : GradientScaling.Factors(mask);
        int step = 0;
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 32))
                using (batch)
                {
                    double rate = 0.05 * 0.5 * (1 + Math.Cos(Math.PI * step++ / 16));
                    foreach (Tensor w in weights)
                        w.grad = null;
                    Tensor hidden = Functional.linear(batch.Images.flatten(1), weights[0], weights[1]).relu();
                    Functional.cross_entropy(Functional.linear(hidden, weights[2], weights[3]), batch.Labels).backward();
                    using var guard = no_grad();
                    foreach ((Parameter p, int i) in network.Parameters.Select((p, i) => (p, i)))
                    {
                        Tensor slope = weights[i].grad!;
                        if (scale)
                            slope = slope * start.Layout.View(scales!, p);
                        Tensor taken = slope.Plus(weights[i].Times(5e-4));
                        if (mask is not null)
                            taken = taken * start.Layout.View(mask.ToFactors(CPU, ScalarType.Float32), p);
                        momentum[i].TimesInPlace(0.9).PlusInPlace(taken);
                        weights[i].MinusInPlace(momentum[i].Times(rate));
                        if (!p.IsWeight)
                            continue;
                        float[] now = weights[i].data<float>().ToArray(),
                            slopes = slope.contiguous().data<float>().ToArray();
                        for (int j = 0; j < now.Length; j++)
                            now[j] = (float)(now[j] * Math.Exp(rate * (-20 * Math.Sign(now[j]) * slopes[j] - 0.1)));
                        weights[i].copy_(tensor(now).view(weights[i].shape));
                    }
                }
        foreach ((Parameter p, int i) in network.Parameters.Select((p, i) => (p, i)))
            Assert.True((weights[i] - ours[p]).abs().max().item<float>() < 1e-5, p.Name);
    }

    [Fact]
    public void A_training_that_diverges_by_it_says_what_to_try()
    {
        Network network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 3, width: 12);
        using WeightSet start = Initialization.KaimingNormal(network, new RandomStream(0, "A"));
        using var data = new TrainingData(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);
        var options = new TrainingOptions
        {
            Epochs = 30,
            BatchSize = 8,
            LearningRate = 0.5,
            Precision = Precision.Float32,
            Ham = new() { Alpha = 5000 },
        };
        string message = Assert
            .Throws<InputException>(() => new Trainer(options, data).Train(new TrainingRun(start, null, 7, "data")))
            .Message;
        Assert.EndsWith("try a learning rate below 0.5, or HAM with an alpha below 5000.", message);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1, -1e-3)]
    [InlineData(1, double.PositiveInfinity)]
    public void Impossible_strengths_are_refused(double alpha, double beta) =>
        Assert.Contains(
            "HAM with",
            Assert
                .Throws<InputException>(() =>
                    new TrainingOptions
                    {
                        Ham = new() { Alpha = alpha, Beta = beta },
                    }.Validated()
                )
                .Message
        );

    [Fact]
    public void Trainings_without_these_options_are_called_as_before() =>
        Assert.DoesNotContain(
            new[] { "Ham", "SignIn" },
            name => JsonSerializer.Serialize(new TrainingOptions()).Contains(name, StringComparison.Ordinal)
        );
}

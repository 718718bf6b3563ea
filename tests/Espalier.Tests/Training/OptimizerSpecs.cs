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

/// <summary>Optimizers, smoothed labels and warm-up, against slow loops in float64.</summary>
public sealed class OptimizerSpecs
{
    private const double Rate = 0.01,
        Decay = 0.02,
        Momentum = 0.8;

    private static readonly Network s_network = Mlp.Build(Shape.Maps(3, 8, 8), 4, depth: 1, width: 12);

    public static TheoryData<string, bool> Kinds =>
        new()
        {
            { "sgd", true },
            { "nesterov", false },
            { "nesterov", true },
            { "adamw", false },
            { "adamw", true },
            { "smoothed", false },
            { "warm epochs", false },
            { "warm steps", true },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_training_is_that_of_a_slow_loop_in_float64(string kind, bool sparse)
    {
        using var scope = NewDisposeScope();
        using WeightSet start = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using Mask? mask = sparse ? SparseMask(start) : null;
        using TrainingData data = Data();
        TrainingResult ours = new Trainer(Options(kind), data).Train(new TrainingRun(start, mask, 7, "data"));

        using WeightSet begun = mask is null ? start.Copy() : start.Masked(mask);
        Tensor[] weights = [.. s_network.Parameters.Select(p => begun[p].detach().to(ScalarType.Float64).requires_grad_(true))],
            first = [.. weights.Select(w => zeros_like(w).detach())],
            second = [.. weights.Select(w => zeros_like(w).detach())];
        Tensor?[] kept = [.. s_network.Parameters.Select(p => Kept(mask, p))];
        int step = 0;
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (Batch batch in data.Train.Epoch(new RandomStream(7, "data", epoch), 32))
                using (batch)
                {
                    double rate = Rate * 0.5 * (1 + Math.Cos(Math.PI * step / 16));
                    int warm = kind switch
                    {
                        "warm epochs" => 12, // of 8 steps, one and a half
                        "warm steps" => 5,
                        _ => 0,
                    };
                    if (++step <= warm)
                        rate *= (double)step / warm;
                    foreach (Tensor w in weights)
                        w.grad = null;
                    Tensor logits = Functional.linear(
                        Functional.linear(batch.Images.flatten(1).to(ScalarType.Float64), weights[0], weights[1]).relu(),
                        weights[2],
                        weights[3]
                    );
                    Tensor logProbabilities = Functional.log_softmax(logits, 1),
                        loss = logProbabilities.gather(1, batch.Labels.view(-1, 1)).mean().neg();
                    if (kind == "smoothed")
                        loss = loss.Times(0.9).Plus(logProbabilities.mean().neg().Times(0.1));
                    loss.backward();
                    using var guard = no_grad();
                    for (int i = 0; i < weights.Length; i++)
                        Update(kind, weights[i], weights[i].grad!, first[i], second[i], kept[i], rate, step);
                }
        foreach ((Parameter p, int i) in s_network.Parameters.Select((p, i) => (p, i)))
            Assert.True((weights[i] - ours.Final[p]).abs().max().item<double>() < 2e-5, $"{p.Name}");
        if (mask is not null)
            Assert.Equal(0, ours.Final.Values.ne(Held.Zero).logical_and(mask.Pruned).sum().item<long>());
    }

    private static void Update(string kind, Tensor w, Tensor gradient, Tensor m, Tensor v, Tensor? kept, double rate, int step)
    {
        using var scope = NewDisposeScope();
        Tensor Masked(Tensor t) => kept is null ? t : t * kept;
        if (kind == "adamw")
        {
            const double Beta1 = 0.8,
                Beta2 = 0.95,
                Epsilon = 1e-6;
            Tensor g = Masked(gradient);
            w.TimesInPlace(1 - rate * Decay);
            m.copy_(m.Times(Beta1).Plus(g.Times(1 - Beta1)));
            v.copy_(v.Times(Beta2).Plus((g * g).Times(1 - Beta2)));
            Tensor mean = m.DividedBy(1 - Math.Pow(Beta1, step)),
                square = v.DividedBy(1 - Math.Pow(Beta2, step));
            w.MinusInPlace((mean / square.sqrt().Plus(Epsilon)).Times(rate));
            return;
        }
        Tensor d = Masked(gradient.Plus(w.Times(Decay)));
        m.copy_(m.Times(Momentum).Plus(d));
        w.MinusInPlace((kind == "nesterov" ? d.Plus(m.Times(Momentum)) : m).Times(rate));
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("nesterov")]
    [InlineData("smoothed")]
    public void Its_tests_are_without_smoothed_labels_and_it_learns(string kind)
    {
        using WeightSet start = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using TrainingData data = Data();
        TrainingResult trained = new Trainer(Options(kind), data).Train(new TrainingRun(start, null, 7, "data"));
        Assert.Equal(Evaluation.Of(trained.Final, data.Test).Loss, trained.Metrics[^1].TestLoss);
        Assert.True(trained.TestAccuracyPercent > 60, $"{trained.TestAccuracyPercent}");
    }

    [Fact]
    public void A_mask_that_changes_takes_both_moments_of_AdamW_with_it()
    {
        using WeightSet start = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        using Mask mask = SparseMask(start);
        TrainingOptions options = Options("adamw");
        using var state = new TrainerState(start, mask, options, CPU);
        state.Velocity.fill_(Held.One);
        state.AdamW!.Second.fill_(Held.One);
        using Mask other = UniformDensity.Random(start.Layout, PrunableSet.AllWeights.Of(s_network), 300, new RandomStream(1, "mask"));
        state.Change(other.Copy());
        foreach (Tensor moment in new[] { state.Velocity, state.AdamW.Second })
            Assert.True(moment.eq(Held.Zero).eq(other.Pruned).all().item<bool>());
        state.AdamW.Tell(0.1, 0);
        state.Rest();
        Assert.Equal(0, state.AdamW.Updates);
        Assert.Equal(0, state.AdamW.Second.sum().item<float>());
    }

    [Theory]
    [InlineData("label smoothing 1")]
    [InlineData("warm-up of 3 epochs")]
    [InlineData("warm-up in epochs beside one in steps")]
    [InlineData("Nesterov's momentum of 0")]
    [InlineData("Nesterov's momentum beside AdamW")]
    [InlineData("Sign-In beside AdamW")]
    [InlineData("Sign-In beside Nesterov's momentum")]
    [InlineData("scaled gradients beside AdamW")]
    [InlineData("AdamW's beta2 1")]
    [InlineData("AdamW's epsilon 0")]
    public void What_does_not_go_together_is_refused_with_a_sentence(string said)
    {
        var usual = new TrainingOptions { Epochs = 2 };
        TrainingOptions wrong = said switch
        {
            "label smoothing 1" => usual with { LabelSmoothing = 1 },
            "warm-up of 3 epochs" => usual with { WarmUpEpochs = 3 },
            "warm-up in epochs beside one in steps" => usual with { WarmUpEpochs = 1, WarmUpSteps = 1 },
            "Nesterov's momentum of 0" => usual with { Nesterov = true, Momentum = 0 },
            "Nesterov's momentum beside AdamW" => usual with { Nesterov = true, AdamW = new() },
            "Sign-In beside AdamW" => usual with { SignIn = new(), AdamW = new() },
            "Sign-In beside Nesterov's momentum" => usual with { SignIn = new(), Nesterov = true },
            "scaled gradients beside AdamW" => usual with { ScaleGradients = true, AdamW = new() },
            "AdamW's beta2 1" => usual with { AdamW = new() { Beta2 = 1 } },
            _ => usual with { AdamW = new() { Epsilon = 0 } },
        };
        Assert.Contains(said, Assert.Throws<InputException>(() => wrong.Validated()).Message, StringComparison.Ordinal);
    }

    private static Mask SparseMask(WeightSet start) =>
        UniformDensity.Random(start.Layout, PrunableSet.AllWeights.Of(s_network), 500, new RandomStream(0, "mask"));

    private static Tensor? Kept(Mask? mask, Parameter p) =>
        mask is null
            ? null
            : mask.Layout.Slice(mask.Pruned, p).logical_not().to(ScalarType.Float64).view([.. p.Shape.Select(size => (long)size)]);

    private static TrainingData Data() => new(TinyImages.Make(), Augmentation.None, Precision.Float32, CPU);

    private static TrainingOptions Options(string kind)
    {
        var options = new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 32,
            LearningRate = Rate,
            WeightDecay = Decay,
            Momentum = Momentum,
            Precision = Precision.Float32,
        };
        return kind switch
        {
            "nesterov" => options with { Nesterov = true },
            "adamw" => options with
            {
                AdamW = new()
                {
                    Beta1 = 0.8,
                    Beta2 = 0.95,
                    Epsilon = 1e-6,
                },
            },
            "smoothed" => options with { LabelSmoothing = 0.1 },
            "warm epochs" => options with { WarmUpEpochs = 1.5 },
            "warm steps" => options with { WarmUpSteps = 5 },
            _ => options,
        };
    }
}

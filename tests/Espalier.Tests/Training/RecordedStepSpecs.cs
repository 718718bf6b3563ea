using Espalier.Data;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime.Recording;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>Steps that are recorded and played, with a recorder that plays by doing the work again.</summary>
public sealed class RecordedStepSpecs
{
    private static readonly Network s_network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    public static TheoryData<Precision, string> Trainings =>
        new()
        {
            { Precision.Float32, "dense" },
            { Precision.BFloat16, "dense" },
            { Precision.Float32, "rigl" },
            { Precision.BFloat16, "set" },
            { Precision.Float32, "gmp" },
        };

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_training_of_recorded_steps_ends_in_the_bits_of_one_without(Precision precision, string rule)
    {
        var player = new Player();
        (WeightSet recorded, double loss) = Train(precision, rule, player);
        (WeightSet plain, double expected) = Train(precision, rule, new Player { Records = false });
        Assert.True(recorded.BitEquals(plain));
        Assert.Equal(expected, loss);
        Assert.Equal(1, player.Recorded);
        Assert.True(player.Played > 10, $"{player.Played} steps were played");
        Assert.Equal(1, player.Disposed);
    }

    [Fact]
    public void A_recording_that_gives_other_bits_is_not_used()
    {
        // Played twice, a step is another one.
        var wrong = new Player { Times = 2 };
        (WeightSet found, _) = Train(Precision.Float32, "dense", wrong);
        (WeightSet plain, _) = Train(Precision.Float32, "dense", new Player { Records = false });
        Assert.True(found.BitEquals(plain));
        Assert.Equal((1, 1, 1), (wrong.Recorded, wrong.Played, wrong.Disposed));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Steps_with_HAM_are_recorded_to_the_same_bits(Precision precision)
    {
        Func<TrainingOptions, TrainingOptions> ham = options => options with { Ham = new() };
        var player = new Player();
        (WeightSet recorded, _) = Train(precision, "rigl", player, ham);
        Assert.Equal(1, player.Recorded);
        Assert.True(recorded.BitEquals(Train(precision, "rigl", new Player { Records = false }, ham).Item1));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Steps_with_a_moving_average_are_recorded_to_the_same_bits(Precision precision)
    {
        Func<TrainingOptions, TrainingOptions> ema = options => options with { EmaDecay = 0.9 };
        var player = new Player();
        Train(precision, "rigl", player, ema, out WeightSet? recorded);
        Assert.Equal(1, player.Recorded);
        Train(precision, "rigl", new Player { Records = false }, ema, out WeightSet? plain);
        Assert.True(recorded!.BitEquals(plain!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_recorded_training_is_that_of_numbers_from_the_host_up_to_rounding(bool ham)
    {
        // With a larger α rounding grows fast.
        Func<TrainingOptions, TrainingOptions> change = options => ham ? options with { Ham = new() { Alpha = 1 } } : options;
        (WeightSet recorded, double loss) = Train(Precision.Float32, "dense", new Player(), change);
        (WeightSet plain, double expected) = Train(Precision.Float32, "dense", null, change);
        Assert.Equal(expected, loss, 1e-4);
        Assert.InRange(recorded.Values.sub(plain.Values).norm().item<float>() / plain.Values.norm().item<float>(), 0, 1e-3);
    }

    [Fact]
    public void Sign_In_is_not_recorded()
    {
        var player = new Player();
        Train(Precision.Float32, "dense", player, options => options with { SignIn = new() });
        Assert.Equal(0, player.Recorded);
    }

    private static (WeightSet, double) Train(
        Precision precision,
        string rule,
        Player? recorder,
        Func<TrainingOptions, TrainingOptions>? change = null
    ) => Train(precision, rule, recorder, change, out _);

    private static (WeightSet, double) Train(
        Precision precision,
        string rule,
        Player? recorder,
        Func<TrainingOptions, TrainingOptions>? change,
        out WeightSet? average
    )
    {
        using WeightSet start = Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(s_network);
        using Mask? mask =
            rule == "dense" ? null
            : rule == "gmp" ? Mask.Dense(start.Layout, prunable)
            : UniformDensity.Random(start.Layout, prunable, 3000, new RandomStream(0, "mask"));
        var options = new TrainingOptions
        {
            Epochs = 3,
            BatchSize = 24, // of 256 images: the last batch of an epoch is smaller
            LearningRate = 0.05,
            Precision = precision,
            Augmentation = new Augmentation(true, 1),
        };
        options = change?.Invoke(options) ?? options;
        using var data = new TrainingData(TinyImages.Make(), options.Augmentation, precision, CPU);
        TrainingResult result = new Trainer(options, data) { Recorder = recorder }.Train(
            new TrainingRun(start, mask, 7, "data") { Updates = rule == "dense" ? null : ThirdStep.Rule(rule) }
        );
        average = result.Average;
        return (result.Final, result.Metrics[^1].TrainLoss);
    }
}

using System.Globalization;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime.Recording;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using Xunit;
using static Espalier.Tests.Training.StoppableTraining;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>Trainings stopped, and killed, in the middle of an epoch.</summary>
public sealed class StoppedInEpochSpecs
{
    public static TheoryData<string> Trainings =>
        [
            "dense",
            "bfloat16",
            "rigl",
            "set",
            "gmp",
            "ac-dc",
            "scaled",
            "sign-in",
            "ham",
            "interpolated",
            "recorded",
            "recorded bfloat16",
            "adamw",
            "recorded adamw",
            "nesterov",
            "ema",
            "recorded ema",
            "rigl ema",
        ];

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_training_stopped_at_random_steps_ends_in_the_bits_of_one_that_was_not(string kind)
    {
        using TempFolder whole = new(),
            cut = new();
        TrainingResult expected = Train(kind, whole.Path)!;
        var random = new RandomStream(5, $"stopped {kind}");
        var stops = new List<(int Epoch, int Step)>();
        TrainingResult? found = null;
        while (found is null && stops.Count < 20)
        {
            int reports = 1 + random.NextInt(2); // of 8 steps each, or an epoch's
            found = Train(kind, cut.Path, reports: reports);
            if (found is null)
                stops.Add(At(cut.Path));
        }
        Assert.True(stops.Count >= 2, $"{stops.Count} stops");
        Assert.Contains(stops, stop => stop.Step > 0);
        Same(expected, found!, whole, cut);
    }

    [Theory]
    [InlineData("rigl")]
    [InlineData("set")]
    [InlineData("gmp")]
    [InlineData("ac-dc")]
    public void A_training_that_saves_itself_after_every_step_and_is_killed_goes_on_after_that_very_step(string kind)
    {
        using TempFolder whole = new(),
            cut = new();
        TrainingResult expected = Train(kind, whole.Path)!;
        var random = new RandomStream(6, $"killed {kind}");
        TrainingResult? found = null;
        long reached = 0;
        int kills = 0;
        while (found is null && kills < 30)
        {
            long at = reached + 1 + random.NextInt(StepsPerEpoch);
            found = Train(kind, cut.Path, killAt: at, saveEvery: TimeSpan.FromTicks(1));
            if (found is not null)
                break;
            kills++;
            (int epoch, int step) = At(cut.Path);
            Assert.Equal(at - 1, (long)epoch * StepsPerEpoch + step); // the step that it was killed in is not done
            reached = at;
        }
        Assert.True(kills >= 2, $"{kills} kills");
        Same(expected, found!, whole, cut);
    }

    [Fact]
    public void Stopped_in_the_test_after_an_epoch_it_tests_and_trains_no_step_again()
    {
        using TempFolder whole = new(),
            cut = new();
        TrainingResult expected = Train("dense", whole.Path)!;
        using WeightSet start = Start();
        using var data = Images("dense");
        using var cancel = new CancellationTokenSource();
        bool isNear = false;
        DataSet kept = TinyImages.Make();
        ImageSet test = kept.Test,
            watched = new(test.Name, test.Classes, 3, 8, 8, new WatchedPixels(test, () => (isNear ? cancel : null)?.Cancel()), test.Labels);
        var progress = new Relay<TrainingProgress>(p => isNear = p.Step == 16);
        using var stopping = new TrainingData(kept with { Test = watched }, Augmentation.Standard, Precision.Float32, CPU);
        var run = new TrainingRun(start, null, 7, "data");
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new Trainer(Options("dense"), stopping, new TrainingFolder(cut.Path), progress).Train(run, cancel.Token)
        );
        Assert.Equal((0, StepsPerEpoch), At(cut.Path));
        var seen = new List<int>();
        TrainingResult found = new Trainer(
            Options("dense"),
            data,
            new TrainingFolder(cut.Path),
            new Relay<TrainingProgress>(p => seen.Add(p.Step))
        ).Train(run);
        Assert.Equal(0, seen[0]); // the first that is told is the end of the epoch
        Same(expected, found, whole, cut);
    }

    [Fact]
    public void Nothing_is_written_where_the_folder_is_another_s_by_now()
    {
        using TempFolder cut = new();
        Assert.Null(Train("dense", cut.Path, reports: 2, isLost: true));
        Assert.False(File.Exists(cut["resume.safetensors"]));
    }

    [Fact]
    public void Saved_in_an_epoch_it_is_another_file_than_at_its_end_and_says_so_where_it_is_damaged()
    {
        using TempFolder cut = new();
        Assert.Null(Train("dense", cut.Path, reports: 2));
        string file = cut["resume.safetensors"];
        TensorFile saved = Safetensors.Read(file);
        Assert.EndsWith(".part", saved.Metadata["run"], StringComparison.Ordinal); // a program that knows only ends of epochs refuses it
        Safetensors.Write(file, [.. saved.InOrder], new Dictionary<string, string>(saved.Metadata) { ["part_loss"] = "much" });
        InputException fault = Assert.Throws<InputException>(() => Train("dense", cut.Path));
        Assert.Contains("how far its epoch is", fault.Message, StringComparison.Ordinal);
    }

    private static void Same(TrainingResult expected, TrainingResult found, TempFolder whole, TempFolder cut)
    {
        Assert.True(found.Final.BitEquals(expected.Final));
        Assert.Equal(expected.Metrics.Select(Numbers), found.Metrics.Select(Numbers));
        Assert.Equal(expected.Mask?.KeptCount, found.Mask?.KeptCount);
        foreach (string file in new[] { "weights.safetensors", "epoch-0000.safetensors", "epoch-0002.safetensors" })
            Assert.Equal(File.ReadAllBytes(whole[file]), File.ReadAllBytes(cut[file]));
        Assert.Equal(expected.Average is null, found.Average is null);
        if (expected.Average is not null)
            Assert.Equal(File.ReadAllBytes(whole["ema.safetensors"]), File.ReadAllBytes(cut["ema.safetensors"]));
        if (expected.Mask is not null)
            Assert.Equal(File.ReadAllBytes(whole["mask.safetensors"]), File.ReadAllBytes(cut["mask.safetensors"]));
        Assert.False(File.Exists(cut["resume.safetensors"]));
    }

    private static EpochMetrics Numbers(EpochMetrics epoch) => epoch with { Seconds = 0, ImagesPerSecond = 0 };
}

using System.Globalization;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Tests.Training;

/// <summary>A small training of any kind that is stopped, or killed, where a test wants it.</summary>
internal static class StoppableTraining
{
    public const int Epochs = 3,
        StepsPerEpoch = 22; // of 256 images, 12 at a time: the last batch is smaller

    private static readonly Network s_network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);

    public static WeightSet Start() => Initialization.KaimingNormal(s_network, new RandomStream(0, "A"));

    public static TrainingOptions Options(string kind)
    {
        var options = new TrainingOptions
        {
            Epochs = Epochs,
            BatchSize = 12,
            LearningRate = 0.02,
            Precision = kind.EndsWith("bfloat16", StringComparison.Ordinal) ? Precision.BFloat16 : Precision.Float32,
            Augmentation = Augmentation.Standard,
            Checkpoints = [0, 2],
        };
        return kind switch
        {
            "scaled" => options with { ScaleGradients = true },
            "sign-in" => options with { SignIn = new() { Every = 1 } },
            "nesterov" => options with { Nesterov = true, WarmUpEpochs = 1.5, LabelSmoothing = 0.1 },
            "adamw" or "recorded adamw" => options with { AdamW = new(), LearningRate = 0.002, WarmUpSteps = 30 },
            "ema" or "recorded ema" or "rigl ema" => options with { EmaDecay = 0.9 },
            "ham" => options with { Ham = new() { Alpha = 1 } },
            "interpolated" => options with { InterpolateNormalization = true },
            _ => options,
        };
    }

    public static TrainingData Images(string kind) => new(TinyImages.Make(), Augmentation.Standard, Options(kind).Precision, CPU);

    /// <summary>Trains, or goes on.</summary>
    /// <param name="kind">Of the training.</param>
    /// <param name="folder">Where.</param>
    /// <param name="reports">Tellings after which it is stopped; null for none.</param>
    /// <param name="killAt">The step in which its process ends, from 1; null for none.</param>
    /// <param name="saveEvery">How often it saves itself.</param>
    /// <param name="isLost">Whether another has its folder when it is stopped.</param>
    /// <returns>Null if it was stopped or killed.</returns>
    public static TrainingResult? Train(
        string kind,
        string folder,
        int? reports = null,
        long? killAt = null,
        TimeSpan? saveEvery = null,
        bool isLost = false
    )
    {
        using WeightSet start = Start();
        IMaskUpdate? rule = kind is "rigl" or "rigl ema" or "set" or "gmp" or "ac-dc" ? ThirdStep.Rule(kind.Split(' ')[0]) : null;
        IReadOnlyList<Parameter> prunable = PrunableSet.NoShortcuts.Of(s_network);
        using Mask? mask =
            kind is "gmp" or "ac-dc" ? Mask.Dense(start.Layout, prunable)
            : rule is not null || kind is "scaled" ? UniformDensity.Random(start.Layout, prunable, 3000, new RandomStream(0, "mask"))
            : null;
        using TrainingData data = Images(kind);
        using var cancel = new CancellationTokenSource();
        using var lost = new CancellationTokenSource();
        int told = 0;
        var progress = new Relay<TrainingProgress>(_ =>
        {
            if (++told != reports)
                return;
            if (isLost)
                lost.Cancel();
            cancel.Cancel();
        });
        var trainer = new Trainer(Options(kind), data, new TrainingFolder(folder), progress)
        {
            Recorder = kind.StartsWith("recorded", StringComparison.Ordinal) ? new Player() : null,
            SaveEvery = saveEvery,
            Lost = lost.Token,
        };
        try
        {
            return trainer.Train(
                new TrainingRun(start, mask, 7, "data") { Updates = rule is null ? null : new WatchedRule(rule, Kill) },
                cancel.Token
            );
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (KilledException)
        {
            return null;
        }

        void Kill(long step)
        {
            if (step == killAt)
                throw new KilledException();
        }
    }

    /// <summary>Completed epochs, and completed steps of the next one, as the folder has them.</summary>
    public static (int Epoch, int Step) At(string folder)
    {
        IReadOnlyDictionary<string, string> metadata = Safetensors.Read(new TrainingFolder(folder).ResumeFile).Metadata;
        return (int.Parse(metadata["epoch"], CultureInfo.InvariantCulture), EpochPart.Of(metadata)?.Steps ?? 0);
    }

    private sealed class KilledException : Exception;
}

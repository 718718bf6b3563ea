using System.CommandLine;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Training;

namespace Espalier.Cli.Options;

/// <summary>Options of one training schedule.</summary>
internal sealed class TrainingOptionSet
{
    private static readonly TrainingOptions s_usual = new();

    public Option<int?> Epochs { get; } = new("--epochs") { Description = "Epochs of training, T." };

    public Option<double?> LearningRate { get; } = new("--learning-rate", "--lr") { Description = "Full learning rate." };

    public Option<int> BatchSize { get; } =
        new("--batch-size") { Description = "Images a step.", DefaultValueFactory = _ => s_usual.BatchSize };

    public Option<double> Momentum { get; } =
        new("--momentum") { Description = "Momentum of SGD.", DefaultValueFactory = _ => s_usual.Momentum };

    public Option<double> WeightDecay { get; } =
        new("--weight-decay") { Description = "Weight decay.", DefaultValueFactory = _ => s_usual.WeightDecay };

    public Option<LearningRateSchedule> Schedule { get; } =
        new("--schedule")
        {
            Description = "How the learning rate falls: CosineBySteps, CosineByEpochs or Constant.",
            DefaultValueFactory = _ => s_usual.Schedule,
        };

    public Option<Precision> Precision { get; } =
        new("--precision")
        {
            Description = "BFloat16, or Float32 for processors without bfloat16 instructions.",
            DefaultValueFactory = _ => s_usual.Precision,
        };

    public Option<bool?> Augment { get; } = new("--augment") { Description = "Random flip and crop; default: yes for colour images." };

    private const string Padded = "padded",
        Resized = "resized";

    private Option<string?> Crop { get; } =
        new("--crop")
        {
            Description =
                "How images are cropped: padded (by 4 pixels, as CIFAR is) or resized (a random part of the file, as ImageNet is); "
                + "default: resized for imagenet:DIR.",
        };

    public TrainingOptionSet() => Crop.AcceptOnlyFromAmong(Padded, Resized);

    public Option<bool> DropLast { get; } = new("--drop-last") { Description = "Leave an incomplete last batch out." };

    public Option<int> EvaluateEvery { get; } =
        new("--evaluate-every")
        {
            Description = "Test after every this many epochs; 0: only at the end.",
            DefaultValueFactory = _ => s_usual.EvaluateEvery,
        };

    /// <summary>No option of the schedule: it changes no number.</summary>
    private readonly Option<TimeSpan?> _saveEvery = Times.SaveEvery();

    private readonly OptimizerOptionSet _optimizer = new();

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Epochs, LearningRate })
            command.Options.Add(option);
        AddSharedTo(command);
    }

    /// <summary>Adds all but epochs and learning rate, for a command that has its own.</summary>
    public void AddSharedTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [
                    BatchSize,
                    Momentum,
                    WeightDecay,
                    Schedule,
                    Precision,
                    Augment,
                    Crop,
                    DropLast,
                    EvaluateEvery,
                    .. _optimizer.All,
                    _saveEvery,
                ]
        )
            command.Options.Add(option);
    }

    /// <summary>With epochs and learning rate as given, or else these.</summary>
    public TrainingOptions Read(ParseResult parsed, int epochs, double learningRate, DataSet set) =>
        ReadShared(parsed, set) with
        {
            Epochs = parsed.GetValue(Epochs) ?? epochs,
            LearningRate = parsed.GetValue(LearningRate) ?? learningRate,
        };

    private Augmentation AugmentationOf(ParseResult parsed, DataSet set)
    {
        if (!(parsed.GetValue(Augment) ?? set.Train.Channels == 3))
        {
            Given.Refuse(parsed, Crop, "says how training images are cropped, and these are not augmented");
            return Augmentation.None;
        }
        return parsed.GetValue(Crop) switch
        {
            Padded => Augmentation.Standard,
            Resized => Augmentation.ImageNet,
            _ => set.UsualAugmentation ?? Augmentation.Standard,
        };
    }

    /// <summary>All but epochs and learning rate. Chooses how often trainings save themselves, too.</summary>
    public TrainingOptions ReadShared(ParseResult parsed, DataSet set)
    {
        MidEpochSaves.Use(parsed.GetValue(_saveEvery) ?? MidEpochSaves.Usual);
        TrainingOptions options = _optimizer.Apply(
            parsed,
            new()
            {
                BatchSize = parsed.GetValue(BatchSize),
                Momentum = parsed.GetValue(Momentum),
                WeightDecay = parsed.GetValue(WeightDecay),
                Schedule = parsed.GetValue(Schedule),
                Precision = parsed.GetValue(Precision),
                Augmentation = AugmentationOf(parsed, set),
                DropLast = parsed.GetValue(DropLast),
                EvaluateEvery = parsed.GetValue(EvaluateEvery),
            }
        );
        if (options.AdamW is not null)
            Given.Refuse(parsed, Momentum, "is SGD's, and --adamw trains without it; expected --beta1");
        return options;
    }
}

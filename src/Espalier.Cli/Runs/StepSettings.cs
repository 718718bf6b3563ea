using System.Globalization;
using System.Text.Json;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Files;
using Espalier.Matching;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Runs;

/// <summary>Options of single steps as their pages show them, by the names that recipes give them: what is off is left out.</summary>
internal static class StepSettings
{
    /// <summary>Of a training.</summary>
    public static KeyValuePair<string, string>[] Of(TrainingOptions options) =>
        [
            new("epochs", Text(options.Epochs)),
            new("batch_size", Text(options.BatchSize)),
            new("learning_rate", Text(options.LearningRate)),
            new("schedule", Text(options.Schedule)),
            new("optimizer", options.AdamW is null ? $"SGD, momentum {Text(options.Momentum)}" : "AdamW"),
            new("weight_decay", Text(options.WeightDecay)),
            new("precision", options.Precision.Name()),
            .. Unless(Augmentation.None, "augment", options.Augmentation),
            .. Unless(false, "nesterov", options.Nesterov),
            .. Unless(0, "label_smoothing", options.LabelSmoothing),
            .. Unless(0, "warmup_epochs", options.WarmUpEpochs),
            .. Unless(0, "warmup_steps", options.WarmUpSteps),
            .. Unless(false, "sync_batch_norm", options.SyncBatchNorm),
            .. Unless(0, "ema_decay", options.EmaDecay),
            .. Unless(false, "scale_gradients", options.ScaleGradients),
            .. Unless(false, "interpolate_normalization", options.InterpolateNormalization),
        ];

    /// <summary>Of a pruning, and of the fine-tuning of its rounds.</summary>
    public static KeyValuePair<string, string>[] Of(PruningOptions options) =>
        [
            new("round_fraction", Text(options.RoundFraction)),
            new("criterion", options.Criterion.Name),
            new("prunable", Text(options.Prunable)),
            .. Unless(0, "sparsity_tolerance", options.SparsityTolerance),
            .. Unless(PruningRewind.None, "round_rewind", options.Rewind),
            .. Of(options.FineTuning),
        ];

    /// <summary>Of a match.</summary>
    public static KeyValuePair<string, string>[] Of(MatchSpecification how, Mask? kept) =>
        [
            new("how", $"{how}"),
            new("match_images", Text(how.Activations.Images)),
            new("score", Text(how.Activations.Score)),
            new("taps", Text(how.Activations.Taps)),
            new("epsilon", Text(how.Activations.Epsilon)),
            new("seed", Text(how.Seed)),
            new("mask", kept is null ? "none" : Digests.Of(kept)),
        ];

    private static KeyValuePair<string, string>[] Unless<T>(T usual, string name, T value)
        where T : notnull => value.Equals(usual) ? [] : [new(name, Text(value))];

    private static string Text<T>(T value)
        where T : notnull =>
        value switch
        {
            true => "yes",
            Augmentation { ResizedCrop: not null } random => random.Flip ? "random parts, flips" : "random parts",
            Augmentation shifted => $"{(shifted.Flip ? "flips, " : "")}windows shifted by up to {Text(shifted.CropPadding)}",
            Enum choice => JsonNamingPolicy.KebabCaseLower.ConvertName($"{choice}"),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => $"{value}",
        };
}

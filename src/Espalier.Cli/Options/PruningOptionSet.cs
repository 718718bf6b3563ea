using System.CommandLine;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Options;

/// <summary>Options of iterative magnitude pruning.</summary>
internal sealed class PruningOptionSet
{
    private static readonly PruningOptions s_usual = new();
    private static readonly TrainingOptions s_dense = new();

    public Option<double[]> Sparsities { get; } =
        new("--sparsity")
        {
            Description = "Target sparsities of the prunable weights, such as 0.9,0.97.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Lists.Numbers,
        };

    public Option<double> RoundFraction { get; } =
        new("--round-fraction")
        {
            Description = "Share of the remaining weights that a round removes.",
            DefaultValueFactory = _ => s_usual.RoundFraction,
        };

    public Option<int> RoundEpochs { get; } =
        new("--round-epochs") { Description = "Epochs of fine-tuning a round.", DefaultValueFactory = _ => s_usual.FineTuning.Epochs };

    public Option<double> RoundLearningRate { get; } =
        new("--round-learning-rate")
        {
            Description = "Learning rate of fine-tuning; with --rewind that of the dense training, 0.08 unless given.",
            DefaultValueFactory = _ => s_usual.FineTuning.LearningRate,
        };

    public Option<PrunableSet> Prunable { get; } =
        new("--prunable")
        {
            Description = "What pruning may touch: NoShortcuts (as in the paper's code), AllWeights or NoShortcutsNorEnds.",
            DefaultValueFactory = _ => s_usual.Prunable,
        };

    public Option<PruningRewind> Rewind { get; } =
        new("--rewind")
        {
            Description =
                "What a round goes back to: None (fine-tuning), LearningRate (the last --round-epochs of the dense training's schedule) "
                + "or Weights (its checkpoint too, --rewind-to).",
            DefaultValueFactory = _ => s_usual.Rewind,
        };

    public Option<int?> DenseEpochs { get; } =
        new("--dense-epochs") { Description = "With --rewind: T, epochs of the dense training; default 200." };

    public Option<string?> RewindTo { get; } =
        new("--rewind-to") { Description = "With --rewind Weights: the dense training's checkpoint --round-epochs before its end." };

    public Option<bool> InterpolateNormalization { get; } =
        new("--interpolate-normalization")
        {
            Description = "Interpolate normalisations at random between scale 1, shift 0 and their own in every step of a round.",
        };

    public void AddTo(Command command)
    {
        foreach (
            Option option in new Option[]
            {
                Sparsities,
                RoundFraction,
                RoundEpochs,
                RoundLearningRate,
                Prunable,
                Rewind,
                DenseEpochs,
                RewindTo,
                InterpolateNormalization,
            }
        )
            command.Options.Add(option);
    }

    public PruningOptions Read(ParseResult parsed, TrainingOptions like)
    {
        PruningRewind rewind = parsed.GetValue(Rewind);
        bool rewinds = rewind != PruningRewind.None;
        if (!rewinds && parsed.GetValue(DenseEpochs) is { } epochs)
            throw new InputException($"--dense-epochs {epochs} says nothing to rounds that do not rewind; expected --rewind with it.");
        if (rewind != PruningRewind.Weights && parsed.GetValue(RewindTo) is { } file)
            throw new InputException($"--rewind-to '{file}' says nothing to rounds that rewind no weights; expected --rewind Weights.");
        var options = new PruningOptions
        {
            RoundFraction = parsed.GetValue(RoundFraction),
            Prunable = parsed.GetValue(Prunable),
            Rewind = rewind,
            FineTuning = like with
            {
                Epochs = parsed.GetValue(RoundEpochs),
                LearningRate =
                    rewinds && parsed.GetResult(RoundLearningRate) is (null or { Implicit: true })
                        ? s_dense.LearningRate
                        : parsed.GetValue(RoundLearningRate),
                ScheduleEpochs = rewinds ? parsed.GetValue(DenseEpochs) ?? s_dense.Epochs : null,
                InterpolateNormalization = parsed.GetValue(InterpolateNormalization),
                Checkpoints = [],
            },
        }.Validated();
        if (rewind == PruningRewind.Weights && parsed.GetValue(RewindTo) is null)
            throw new InputException(
                $"--rewind Weights needs the dense training's checkpoint after {Counted.Of(options.RewindEpoch!.Value, "epoch")}; "
                    + "expected its file as --rewind-to."
            );
        return options;
    }
}

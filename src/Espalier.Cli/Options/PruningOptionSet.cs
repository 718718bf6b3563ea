using System.CommandLine;
using System.Text.Json;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Options;

/// <summary>Options of iterative pruning.</summary>
internal sealed class PruningOptionSet
{
    private static readonly PruningOptions s_usual = new();
    private static readonly TrainingOptions s_dense = new();

    /// <summary>As grids spell them.</summary>
    private static readonly Dictionary<string, PruningRewind> s_rewinds = Enum.GetValues<PruningRewind>()
        .ToDictionary(value => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}"));

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
            Description = "Learning rate of fine-tuning; with --round-rewind that of the dense training, 0.08 unless given.",
            DefaultValueFactory = _ => s_usual.FineTuning.LearningRate,
        };

    public Option<PrunableSet> Prunable { get; } =
        new("--prunable")
        {
            Description = "What pruning may touch: NoShortcuts (as in the paper's code), AllWeights or NoShortcutsNorEnds.",
            DefaultValueFactory = _ => s_usual.Prunable,
        };

    public Option<string> Criterion { get; } =
        new("--criterion")
        {
            Description = $"Which weights a round removes: {string.Join(", ", PruningCriteria.All.Select(criterion => criterion.Name))}.",
            DefaultValueFactory = _ => s_usual.Criterion.Name,
        };

    public Option<string> Rewind { get; } =
        new("--round-rewind")
        {
            Description =
                "What a round goes back to: none (fine-tuning), learning-rate (the last --round-epochs of the dense training's schedule) "
                + "or weights (its checkpoint too, --rewind-to).",
            DefaultValueFactory = _ => "none",
        };

    public Option<int?> DenseEpochs { get; } =
        new("--dense-epochs")
        {
            Description = "With --round-rewind: T, epochs of the dense training; default: as the network's file says, else 200.",
        };

    public Option<string?> RewindTo { get; } =
        new("--rewind-to") { Description = "With --round-rewind weights: the dense training's checkpoint --round-epochs before its end." };

    public Option<bool> InterpolateNormalization { get; } =
        new("--interpolate-normalization")
        {
            Description = "Interpolate normalisations at random between scale 1, shift 0 and their own in every step of a round.",
        };

    public PruningOptionSet() => Rewind.AcceptOnlyFromAmong([.. s_rewinds.Keys]);

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
                Criterion,
                Rewind,
                DenseEpochs,
                RewindTo,
                InterpolateNormalization,
            }
        )
            command.Options.Add(option);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="like">What is not an option of pruning.</param>
    /// <param name="trained">Epochs that the network was trained for, where its file says so.</param>
    public PruningOptions Read(ParseResult parsed, TrainingOptions like, int? trained)
    {
        PruningRewind rewind = s_rewinds[parsed.GetValue(Rewind)!];
        bool rewinds = rewind != PruningRewind.None;
        if (!rewinds && parsed.GetValue(DenseEpochs) is { } epochs)
            throw new InputException(
                $"--dense-epochs {epochs} says nothing to rounds that do not rewind; expected --round-rewind with it."
            );
        if (rewind != PruningRewind.Weights && parsed.GetValue(RewindTo) is { } file)
            throw new InputException(
                $"--rewind-to '{file}' says nothing to rounds that rewind no weights; expected --round-rewind weights."
            );
        if (parsed.GetValue(DenseEpochs) is < 1 and var few)
            throw new InputException($"{DenseEpochs.Name} {few} is impossible; expected at least 1, the epochs of the dense training.");
        var options = new PruningOptions
        {
            RoundFraction = parsed.GetValue(RoundFraction),
            Prunable = parsed.GetValue(Prunable),
            Criterion = PruningCriteria.Of(parsed.GetValue(Criterion)!),
            Rewind = rewind,
            FineTuning = like with
            {
                Epochs = parsed.GetValue(RoundEpochs),
                LearningRate =
                    rewinds && parsed.GetResult(RoundLearningRate) is (null or { Implicit: true })
                        ? s_dense.LearningRate
                        : parsed.GetValue(RoundLearningRate),
                ScheduleEpochs = rewinds ? parsed.GetValue(DenseEpochs) ?? trained ?? s_dense.Epochs : null,
                InterpolateNormalization = parsed.GetValue(InterpolateNormalization),
                Checkpoints = [],
            },
        }.Validated();
        if (rewind == PruningRewind.Weights && parsed.GetValue(RewindTo) is null)
            throw new InputException(
                $"--round-rewind weights needs the dense training's checkpoint after {Counted.Of(options.RewindEpoch!.Value, "epoch")}; "
                    + "expected its file as --rewind-to."
            );
        if (parsed.GetValue(RewindTo) is { } given && TrainingFacts.Of(given).Epoch is { } after && after != options.RewindEpoch)
            throw new InputException(
                $"'{given}' says that it is of epoch {after}; expected the dense training's checkpoint after "
                    + $"{Counted.Of(options.RewindEpoch!.Value, "epoch")}."
            );
        return options;
    }
}

using System.CommandLine;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Cli.Options;

/// <summary>Options of iterative magnitude pruning.</summary>
internal sealed class PruningOptionSet
{
    private static readonly PruningOptions s_usual = new();

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
            Description = "Learning rate of fine-tuning.",
            DefaultValueFactory = _ => s_usual.FineTuning.LearningRate,
        };

    public Option<PrunableSet> Prunable { get; } =
        new("--prunable")
        {
            Description = "What pruning may touch: NoShortcuts (as in the paper's code), AllWeights or NoShortcutsNorEnds.",
            DefaultValueFactory = _ => s_usual.Prunable,
        };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Sparsities, RoundFraction, RoundEpochs, RoundLearningRate, Prunable })
            command.Options.Add(option);
    }

    public PruningOptions Read(ParseResult parsed, TrainingOptions like) =>
        new()
        {
            RoundFraction = parsed.GetValue(RoundFraction),
            Prunable = parsed.GetValue(Prunable),
            FineTuning = like with
            {
                Epochs = parsed.GetValue(RoundEpochs),
                LearningRate = parsed.GetValue(RoundLearningRate),
                Checkpoints = [],
            },
        };
}

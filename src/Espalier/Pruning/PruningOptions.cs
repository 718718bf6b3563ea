using Espalier.Networks;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>How iterative magnitude pruning with fine-tuning runs (appendix A.3, table 4).</summary>
public sealed record PruningOptions
{
    /// <summary>Share of the remaining weights that a round removes, in (0, 1). Default 0.2.</summary>
    public double RoundFraction { get; init; } = 0.2;

    /// <summary>Which arrays are pruned. Default: all but shortcuts, as in the paper's code.</summary>
    public PrunableSet Prunable { get; init; } = PrunableSet.NoShortcuts;

    /// <summary>
    /// Which weights a round removes. Default: those of smallest magnitude. Scores are taken of the network as it is before the round.
    /// </summary>
    public IPruningCriterion Criterion { get; init; } = PruningCriteria.Magnitude;

    /// <summary>
    /// A sparsity counts as reached once a whole round is within this of it. Default 0; 0.005 in the released code, whose 95 % are 94.5 %.
    /// </summary>
    public double SparsityTolerance { get; init; }

    /// <summary>Fine-tuning after every round; default 50 epochs at 0.01, momentum and decay as in dense training.</summary>
    public TrainingOptions FineTuning { get; init; } = new() { Epochs = 50, LearningRate = 0.01 };

    /// <summary>
    /// What a round goes back to. If anything, then <see cref="FineTuning"/> is the dense training's but for its number of epochs, and its
    /// <see cref="TrainingOptions.ScheduleEpochs"/> are T. Default: nothing.
    /// </summary>
    public PruningRewind Rewind { get; init; }

    /// <summary>k = T − the epochs of a round: where a round that rewinds begins in the dense training; null where none does.</summary>
    public int? RewindEpoch => Rewind == PruningRewind.None ? null : FineTuning.ScheduleEpochs - FineTuning.Epochs;

    /// <summary>The rounds that lead a network to every target.</summary>
    /// <param name="network">The network to be pruned.</param>
    /// <param name="targets">Sparsities of the prunable arrays.</param>
    /// <exception cref="InputException">A target is impossible for this network, or a round would remove no weight.</exception>
    public IReadOnlyList<PruningRound> Rounds(Network network, IReadOnlyList<double> targets) =>
        PruningSchedule.Plan(Prunable.Of(network).Sum(p => (long)p.Count), RoundFraction, targets, SparsityTolerance);

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public PruningOptions Validated()
    {
        if (RoundFraction is not (> 0 and < 1))
            throw new InputException(
                $"A pruning round cannot remove the share {RoundFraction} of the weights; expected more than 0 and less than 1."
            );
        // Named as they are given: these two are the rounds' own, the others are as in any training.
        if (FineTuning.Epochs < 1)
            throw new InputException($"The pruning option round epochs {FineTuning.Epochs} is impossible; expected at least 1.");
        if (FineTuning.LearningRate is not (> 0 and < 1e3))
            throw new InputException(
                $"The pruning option round learning rate {FineTuning.LearningRate} is impossible; expected more than 0."
            );
        if (Rewind != PruningRewind.None)
            MustBeOfDenseTraining();
        FineTuning.Validated();
        return this;
    }

    private void MustBeOfDenseTraining()
    {
        if (FineTuning.ScheduleEpochs is not { } whole)
            throw new InputException(
                "Pruning rounds that rewind repeat the end of the dense training, and its number of epochs is not given; "
                    + "expected it as the epochs of the schedule of fine-tuning."
            );
        if (FineTuning.Epochs > whole)
            throw new InputException(
                $"A pruning round cannot repeat the last {Counted.Of(FineTuning.Epochs, "epoch")} of a dense training of {whole}; "
                    + $"expected round epochs of at most {whole}, or no rewind."
            );
    }
}

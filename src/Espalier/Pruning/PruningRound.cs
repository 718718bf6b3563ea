using System.Globalization;
using Espalier.Data;
using Espalier.Randomness;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>
/// One round of iterative magnitude pruning with fine-tuning (appendix A.3): the smallest weights go, and those that are left are trained
/// on from where they are.
/// </summary>
/// <param name="Round">1 is the first round.</param>
/// <param name="Kept">Weights kept in the prunable arrays after it.</param>
/// <param name="Target">The sparsity that this round ends at; null for a round that further rounds build on.</param>
public sealed record PruningRound(int Round, long Kept, double? Target)
{
    /// <summary>What its folder is called, and the stream of its batches ends with: <c>round-07</c> or <c>sparsity-0.95</c>.</summary>
    public string Name => Target is { } target ? NameOf(target) : string.Create(CultureInfo.InvariantCulture, $"round-{Round:00}");

    /// <summary>Name of the round that ends at a target, with all its digits: two targets never share a folder.</summary>
    public static string NameOf(double target) => string.Create(CultureInfo.InvariantCulture, $"sparsity-{target}");

    /// <summary>Selects the weights that stay: those of largest magnitude, or of what else a criterion scores them by.</summary>
    /// <param name="weights">What the round begins with: dense for the first, else what the round before left.</param>
    /// <param name="before">What was kept until now.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <param name="dataStream">Prefix of their name; the round reads <c>prefix.name</c>.</param>
    /// <param name="rewound">Where kept weights go back to (<see cref="PruningRewind.Weights"/>); null: they stay as they are.</param>
    /// <param name="criterion">Scores them; null for magnitude. What it draws comes from <c>prefix.name.criterion</c>.</param>
    /// <param name="images">Training images without augmentation, for a criterion that needs them.</param>
    /// <returns>The fine-tuning that follows; the caller disposes its start and mask.</returns>
    /// <exception cref="InputException">
    /// Fewer weights are kept already, a score is not finite, images are missing, or the checkpoint is of another network.
    /// </exception>
    public TrainingRun Select(
        WeightSet weights,
        Mask before,
        long seed,
        string dataStream,
        WeightSet? rewound = null,
        IPruningCriterion? criterion = null,
        BatchSource? images = null
    )
    {
        if (rewound is not null)
            weights.Layout.MustFit(rewound.Layout, "checkpoint to rewind to");
        var moment = new PruningMoment(weights, before, new RandomStream(seed, $"{dataStream}.{Name}.criterion"), images);
        Mask mask = (criterion ?? PruningCriteria.Magnitude).Keep(moment, Kept);
        try
        {
            return new TrainingRun((rewound ?? weights).Masked(mask), mask, seed, $"{dataStream}.{Name}");
        }
        catch
        {
            mask.Dispose();
            throw;
        }
    }

    /// <summary>Trains on what was selected.</summary>
    /// <param name="selected">By <see cref="Select"/>.</param>
    /// <param name="folder">Gets the mask, before the training that is under it; null to keep nothing.</param>
    /// <param name="train">Trains in that folder, or reads there what a finished training left.</param>
    /// <returns>With the mask of <paramref name="selected"/>.</returns>
    public PrunedNetwork FineTune(TrainingRun selected, TrainingFolder? folder, Func<TrainingRun, TrainingResult> train)
    {
        if (folder is { IsFinished: false })
            MaskFile.Write(folder.FinalMask, selected.Mask!);
        return new PrunedNetwork(this, selected.Mask!, train(selected));
    }
}

/// <summary>What a pruning round left.</summary>
/// <param name="Round">Its place in the schedule.</param>
/// <param name="Mask">Weights kept.</param>
/// <param name="Training">Its fine-tuning.</param>
public sealed record PrunedNetwork(PruningRound Round, Mask Mask, TrainingResult Training)
{
    /// <summary>θ ⊙ m after fine-tuning.</summary>
    public WeightSet Weights => Training.Final;
}

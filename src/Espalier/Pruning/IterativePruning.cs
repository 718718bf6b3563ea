using System.Globalization;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>What a pruning round left.</summary>
/// <param name="Round">Its place in the schedule.</param>
/// <param name="Mask">Weights kept.</param>
/// <param name="Training">Its fine-tuning.</param>
public sealed record PrunedNetwork(PruningRound Round, Mask Mask, TrainingResult Training)
{
    /// <summary>θ ⊙ m after fine-tuning.</summary>
    public WeightSet Weights => Training.Final;
}

/// <summary>How far iterative pruning is.</summary>
/// <param name="Index">Rounds done.</param>
/// <param name="Rounds">Rounds in all.</param>
/// <param name="Round">The one under way.</param>
/// <param name="Training">Its fine-tuning.</param>
public sealed record PruningProgress(int Index, int Rounds, PruningRound Round, TrainingProgress Training);

/// <summary>
/// Iterative magnitude pruning with fine-tuning, IMP-FT (appendix A.3): remove the smallest weights, train on from where the network is,
/// repeat. A list of targets shares its rounds.
/// </summary>
/// <param name="options">Round size, prunable arrays, fine-tuning.</param>
/// <param name="data">Images on the device to train on.</param>
/// <param name="folder">Holds one folder a round, so that a stopped run continues in its last round; null to keep nothing.</param>
/// <param name="progress">Told as the rounds go on.</param>
public sealed class IterativePruning(PruningOptions options, TrainingData data, string? folder = null, IProgress<PruningProgress>? progress = null)
{
    private readonly PruningOptions _options = options.Validated();

    /// <summary>Prunes to every target.</summary>
    /// <param name="dense">The trained dense network, w_A at T.</param>
    /// <param name="targets">Sparsities of the prunable arrays.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <param name="dataStream">Prefix of their names; round r reads <c>prefix.r</c>.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <returns>One pruned network a target, in ascending sparsity.</returns>
    public IReadOnlyList<PrunedNetwork> Run(WeightSet dense, IReadOnlyList<double> targets, long seed, string dataStream = "A.prune", CancellationToken cancel = default)
    {
        var layout = dense.Layout;
        WeightSet weights = dense;
        Mask mask = Mask.Dense(layout, _options.Prunable.Of(dense.Network));
        IReadOnlyList<PruningRound> rounds = PruningSchedule.Plan(mask.PrunableCount, _options.RoundFraction, targets);
        var results = new List<PrunedNetwork>();
        for (int i = 0; i < rounds.Count; i++)
        {
            PrunedNetwork result = RunRound(rounds[i], i, rounds.Count, weights, mask, seed, dataStream, cancel);
            if (rounds[i].Target is not null) results.Add(result);
            else
            {
                // A shared round's weights serve the next rounds only; they are freed at once, not when a finalizer gets to them.
                if (weights != dense) weights.Dispose();
                mask.Dispose();
                (weights, mask) = (result.Weights, result.Mask);
            }
        }
        if (weights != dense) weights.Dispose();
        mask.Dispose();
        return results;
    }

    /// <summary>Name of a round's folder.</summary>
    public static string FolderName(PruningRound round) => round.Target is { } target
        ? string.Create(CultureInfo.InvariantCulture, $"sparsity-{target}") // all digits: two targets never share a folder
        : string.Create(CultureInfo.InvariantCulture, $"round-{round.Round:00}");

    private PrunedNetwork RunRound(PruningRound round, int index, int count, WeightSet weights, Mask before, long seed, string stream, CancellationToken cancel)
    {
        TrainingFolder? place = folder is null ? null : new TrainingFolder(Path.Combine(folder, FolderName(round)));
        if (place is { IsFinished: true }) return new PrunedNetwork(round, MaskFile.Read(MaskPath(place), weights.Network), place.Read());
        Mask mask = GlobalMagnitude.Prune(weights, before, round.Kept);
        if (place is not null) MaskFile.Write(MaskPath(place), mask);
        using WeightSet start = weights.Masked(mask);
        var relay = progress is null ? null : new Relay<TrainingProgress>(training => progress.Report(new PruningProgress(index, count, round, training)));
        TrainingResult result = new Trainer(_options.FineTuning, data, place, relay).Train(new TrainingRun(start, mask, seed, $"{stream}.{FolderName(round)}"), cancel);
        return new PrunedNetwork(round, mask, result);
    }

    private static string MaskPath(TrainingFolder place) => Path.Combine(place.Path, "mask.safetensors");
}

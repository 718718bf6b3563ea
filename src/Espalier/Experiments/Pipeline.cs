using Espalier.Matching;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Experiments;

/// <summary>How far a run is.</summary>
/// <param name="EpochsDone">Epochs of training done, with the fraction of the one under way.</param>
/// <param name="EpochsInAll">Epochs of training that the run consists of.</param>
/// <param name="Stage">What is being done, such as <c>A</c> or <c>permuted 95 % k=2</c>.</param>
/// <param name="Completed">The epoch just completed, if one was.</param>
public sealed record PipelineProgress(double EpochsDone, int EpochsInAll, string Stage, EpochMetrics? Completed);

/// <summary>
/// The method of the paper for one seed (figure 2): train A and B, prune A, align A with B, move the mask, train sparse. Each step has
/// its own folder; what is finished there is read, not repeated, and what was interrupted continues.
/// </summary>
/// <param name="network">The graph of A and B.</param>
/// <param name="options">Schedules, sparsities, rewind epochs, methods.</param>
/// <param name="data">Images on the device to train on.</param>
/// <param name="folder">Where everything goes.</param>
/// <param name="progress">Told as training goes on.</param>
public sealed class Pipeline(Network network, PipelineOptions options, TrainingData data, string folder, IProgress<PipelineProgress>? progress = null)
{
    private readonly PipelineOptions _options = options.Validated();
    private double _done;

    /// <summary>Epochs of training in the whole run.</summary>
    public int Epochs { get; } = EpochsOf(network, options.Validated());

    /// <summary>Runs, or continues, everything.</summary>
    /// <returns>Dense, pruned and sparse accuracies.</returns>
    public IReadOnlyList<Cell> Run(long seed, CancellationToken cancel = default)
    {
        (TrainingFolder a, TrainingResult denseA) = TrainDense("A", seed, cancel);
        (TrainingFolder b, TrainingResult denseB) = TrainDense("B", seed, cancel);
        IReadOnlyList<PrunedNetwork> pruned = Prune(denseA.Final, seed, cancel);
        Permutation permutation = Align(denseA.Final, denseB.Final, pruned[^1].Mask, cancel);
        denseB.Final.Dispose();

        var cells = new List<Cell>();
        using Mask dense = Mask.Dense(denseA.Final.Layout, _options.Pruning.Prunable.Of(network));
        cells.Add(CellOf("dense", 0, null, seed, denseA, dense));
        foreach (PrunedNetwork imp in pruned) cells.Add(CellOf("imp", imp.Round.Target!.Value, null, seed, imp.Training, imp.Mask));
        foreach (int k in _options.RewindEpochs)
        {
            using WeightSet startA = WeightsFile.Read(a.Checkpoint(k), network), startB = WeightsFile.Read(b.Checkpoint(k), network);
            foreach (PrunedNetwork imp in pruned)
            {
                using Mask moved = permutation.Apply(imp.Mask);
                foreach (SparseMethod method in _options.Methods)
                    cells.Add(TrainSparse(method, imp, k, method.StartFor(startA, startB), method.MaskFor(imp.Mask, moved), seed, cancel));
            }
        }
        foreach (PrunedNetwork imp in pruned)
        {
            imp.Mask.Dispose();
            imp.Weights.Dispose();
        }
        denseA.Final.Dispose();
        return cells;
    }

    /// <summary>Plans the rounds of pruning too, so that an impossible sparsity is refused before anything is trained.</summary>
    private static int EpochsOf(Network network, PipelineOptions options)
    {
        long prunable = options.Pruning.Prunable.Of(network).Sum(p => (long)p.Count);
        int rounds = PruningSchedule.Plan(prunable, options.Pruning.RoundFraction, options.Sparsities).Count;
        return 2 * options.Dense.Epochs + rounds * options.Pruning.FineTuning.Epochs
            + options.Sparsities.Distinct().Count() * options.Methods.Count * options.RewindEpochs.Sum(k => options.Dense.Epochs - k);
    }

    private (TrainingFolder, TrainingResult) TrainDense(string name, long seed, CancellationToken cancel)
    {
        var place = new TrainingFolder(Path.Combine(folder, name));
        TrainingOptions schedule = _options.Dense with { Checkpoints = [.. _options.RewindEpochs.Distinct().Order()] };
        using WeightSet? start = place.IsFinished ? null : Initialization.KaimingNormal(network, new RandomStream(seed, $"{name}.init"));
        return (place, Train(name, place, schedule, () => new TrainingRun(start!, null, seed, $"{name}.data"), cancel));
    }

    private IReadOnlyList<PrunedNetwork> Prune(WeightSet dense, long seed, CancellationToken cancel)
    {
        int perRound = _options.Pruning.FineTuning.Epochs;
        double before = _done;
        var relay = new Relay<PruningProgress>(p => Report(before + perRound * (p.Index + p.Training.Share), $"prune {IterativePruning.FolderName(p.Round)}", p.Training.Metrics));
        var pruning = new IterativePruning(_options.Pruning, data, Path.Combine(folder, "A.prune"), relay);
        IReadOnlyList<PrunedNetwork> result = pruning.Run(dense, _options.Sparsities, seed, "A.prune", cancel);
        _done = before + perRound * PruningSchedule.Plan(result[0].Mask.PrunableCount, _options.Pruning.RoundFraction, _options.Sparsities).Count;
        return result;
    }

    private Permutation Align(WeightSet a, WeightSet b, Mask mask, CancellationToken cancel)
    {
        string path = Path.Combine(folder, "match", "permutation.safetensors");
        if (File.Exists(path)) return PermutationFile.Read(path, network);
        Report(_done, "match A with B", null);
        Match match = ActivationMatching.Run(a, b, data.Matching, _options.Matching, cancel: cancel);
        MatchFile.Write(path, match, MatchFile.Certify(match, a, mask, data.Matching));
        return match.Permutation;
    }

    private Cell TrainSparse(SparseMethod method, PrunedNetwork imp, int k, WeightSet start, Mask mask, long seed, CancellationToken cancel)
    {
        double target = imp.Round.Target!.Value;
        string name = method.ToString().ToLowerInvariant();
        var place = new TrainingFolder(Path.Combine(folder, "sparse", $"{name}-{IterativePruning.FolderName(imp.Round)}-k{k}"));
        if (!place.IsFinished) MaskFile.Write(Path.Combine(place.Path, "mask.safetensors"), mask);
        // One stream for all methods: they see the same batches in the same order, so that their difference is paired.
        TrainingResult result = Train($"{name} {target:0.##%} k={k}", place, _options.SparseFrom(k), () => new TrainingRun(start, mask, seed, "sparse.data"), cancel);
        result.Final.Dispose();
        return CellOf(name, target, k, seed, result, mask);
    }

    private TrainingResult Train(string stage, TrainingFolder place, TrainingOptions schedule, Func<TrainingRun> run, CancellationToken cancel)
    {
        double before = _done;
        TrainingResult result = place.IsFinished ? place.Read()
            : new Trainer(schedule, data, place, new Relay<TrainingProgress>(p => Report(before + schedule.Epochs * p.Share, stage, p.Metrics))).Train(run(), cancel);
        _done = before + schedule.Epochs;
        return result;
    }

    private void Report(double done, string stage, EpochMetrics? completed) => progress?.Report(new PipelineProgress(done, Epochs, stage, completed));

    private static Cell CellOf(string method, double sparsity, int? k, long seed, TrainingResult result, Mask mask) => new(
        method, sparsity, k, seed, result.TestAccuracyPercent, result.Metrics[^1].TestLoss ?? double.NaN, mask.Sparsity, mask.SparsityOfAllWeights, mask.MultiplyAccumulates);
}

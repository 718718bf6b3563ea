using System.Text.Json;
using System.Text.Json.Nodes;
using Espalier.Collectives;
using Espalier.Files;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>How far iterative pruning is.</summary>
/// <param name="Index">Rounds done.</param>
/// <param name="Rounds">Rounds in all.</param>
/// <param name="Round">The one under way.</param>
/// <param name="Training">Its fine-tuning.</param>
public sealed record PruningProgress(int Index, int Rounds, PruningRound Round, TrainingProgress Training);

/// <summary>
/// Iterative magnitude pruning with fine-tuning, IMP-FT (appendix A.3): remove the smallest weights, train on from where the network is,
/// repeat. A list of targets shares its rounds. Other criteria than magnitude are options (<see cref="IPruningCriterion"/>).
/// </summary>
/// <param name="options">Round size, prunable arrays, fine-tuning.</param>
/// <param name="data">Images on the device to train on.</param>
/// <param name="folder">
/// Holds one folder a round, so that a stopped run continues in its last round, and a later one with further targets shares its rounds;
/// null to keep nothing.
/// </param>
/// <param name="progress">Told as the rounds go on.</param>
public sealed class IterativePruning(
    PruningOptions options,
    TrainingData data,
    string? folder = null,
    IProgress<PruningProgress>? progress = null
)
{
    private readonly PruningOptions _options = options.Validated();
    private readonly string? _folder = data.Ranks.Rank == 0 ? folder : null; // rank 0 alone writes

    /// <summary>Prunes to every target.</summary>
    /// <param name="dense">The trained dense network, w_A at T.</param>
    /// <param name="targets">Sparsities of the prunable arrays.</param>
    /// <param name="seed">Seed of the batches.</param>
    /// <param name="dataStream">Prefix of their names; round r reads <c>prefix.r</c>.</param>
    /// <param name="rewound">The dense training's checkpoint after <see cref="PruningOptions.RewindEpoch"/> epochs; given if, and only if,
    /// rounds rewind weights.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <returns>One pruned network a target, in ascending sparsity.</returns>
    /// <exception cref="InputException">A target is impossible; the folder holds the rounds of another network, of other images or options;
    /// or another writes there.</exception>
    public IReadOnlyList<PrunedNetwork> Run(
        WeightSet dense,
        IReadOnlyList<double> targets,
        long seed,
        string dataStream = "A.prune",
        WeightSet? rewound = null,
        CancellationToken cancel = default
    )
    {
        var layout = dense.Layout;
        if (rewound is null == (_options.Rewind == PruningRewind.Weights))
            throw new InputException(
                rewound is null
                    ? "Rounds that rewind weights need the dense training's checkpoint "
                        + $"after {Counted.Of(_options.RewindEpoch!.Value, "epoch")}."
                    : "A checkpoint to rewind to was given, and the pruning rounds rewind no weights."
            );
        if (rewound is not null)
            layout.MustFit(rewound.Layout, "checkpoint to rewind to");
        WeightSet weights = dense;
        Mask mask = Mask.Dense(layout, _options.Prunable.Of(dense.Network));
        IReadOnlyList<PruningRound> rounds = _options.Rounds(dense.Network, targets);
        using FolderLock? held = data.Ranks.All(() => _folder is null ? null : FolderLock.Take(_folder));
        FolderOrigin? origin = _folder is null ? null : OriginOf(_folder, dense, rewound, seed, dataStream);
        data.Ranks.All(() => origin?.MustMatch(RoundFolders(_folder!)));
        var results = new List<PrunedNetwork>();
        PrunedNetwork? last = null; // of the shared rounds
        bool given = false; // whether it is a result too
        // A shared round's weights serve the next rounds only; they are freed at once, not when a finalizer gets to them.
        void Free()
        {
            if (given)
                return;
            if (weights != dense)
                weights.Dispose();
            last?.Training.Average?.Dispose();
            mask.Dispose();
        }
        for (int i = 0; i < rounds.Count; i++)
        {
            if (rounds[i].Target is not null && last is not null && last.Round.Kept == rounds[i].Kept)
            {
                data.Ranks.All(() => CopyFolder(last.Round, rounds[i]));
                results.Add(last with { Round = rounds[i] });
                given = true;
                continue;
            }
            PrunedNetwork result = RunRound(rounds[i], i, rounds.Count, weights, mask, rewound, seed, dataStream, origin, cancel);
            if (rounds[i].Target is not null)
                results.Add(result);
            else
            {
                Free();
                (weights, mask, last, given) = (result.Weights, result.Mask, result, false);
            }
        }
        Free();
        return results;
    }

    /// <summary>
    /// Threads that the pruning stopped, or finished, in a folder computed on; null where there is none. To continue it takes as many.
    /// </summary>
    public static int? ThreadsOf(string folder) =>
        !Directory.Exists(folder)
            ? null
            : Directory
                .EnumerateDirectories(folder)
                .Order(StringComparer.Ordinal)
                .Select(round => new TrainingFolder(round))
                .OrderBy(round => round.IsFinished)
                .Select(round => round.Threads)
                .FirstOrDefault(threads => threads is not null);

    /// <summary>A target that is a shared round has a folder of its own name all the same: complete, or not there.</summary>
    private void CopyFolder(PruningRound round, PruningRound target)
    {
        if (_folder is not { } folder || new TrainingFolder(Path.Combine(folder, target.Name)).IsFinished)
            return;
        string from = Path.Combine(folder, round.Name),
            to = Path.Combine(folder, target.Name),
            unfinished = to + ".unfinished";
        foreach (string left in new[] { unfinished, to })
            if (Directory.Exists(left))
                Directory.Delete(left, recursive: true);
        Directory.CreateDirectory(unfinished);
        foreach (string file in Directory.EnumerateFiles(from).Where(file => !FolderLock.IsOfLock(Path.GetFileName(file))))
            File.Copy(file, Path.Combine(unfinished, Path.GetFileName(file)));
        Directory.Move(unfinished, to);
    }

    private PrunedNetwork RunRound(
        PruningRound round,
        int index,
        int count,
        WeightSet weights,
        Mask before,
        WeightSet? rewound,
        long seed,
        string stream,
        FolderOrigin? origin,
        CancellationToken cancel
    )
    {
        TrainingFolder? place = _folder is null ? null : new TrainingFolder(Path.Combine(_folder, round.Name));
        var relay = progress is null
            ? null
            : new Relay<TrainingProgress>(training => progress.Report(new PruningProgress(index, count, round, training)));
        var trainer = new Trainer(_options.FineTuning, data, place, relay);
        IPruningCriterion criterion = _options.Criterion;
        TrainingRun selected = round.Select(
            weights,
            before,
            seed,
            stream,
            rewound,
            criterion,
            criterion.NeedsImages ? data.Matching : null
        );
        using WeightSet start = selected.Start;
        data.Ranks.All(() => // before anything is written
        {
            trainer.MustFit(selected);
            origin?.Keep();
        });
        return round.FineTune(selected, place, run => trainer.Train(run, cancel));
    }

    /// <summary>Rounds are the same whatever targets they serve: these alone may differ from those that the folder was made for.</summary>
    private FolderOrigin OriginOf(string path, WeightSet dense, WeightSet? rewound, long seed, string stream)
    {
        JsonObject facts = new()
        {
            ["network"] = Digests.Of(dense),
            ["data_set"] = FolderOrigin.DigestPrefix + data.Set.Digest,
            ["seed"] = seed,
            ["stream"] = stream,
            ["round_fraction"] = _options.RoundFraction,
            ["prunable"] = _options.Prunable.ToString(),
        };
        if (!_options.Criterion.Equals(PruningCriteria.Magnitude)) // likewise
            facts["criterion"] = $"{_options.Criterion.Name} {JsonSerializer.Serialize(_options.Criterion.Options)}";
        if (_options.SparsityTolerance > 0) // folders that were made without one keep their origin
            facts["sparsity_tolerance"] = _options.SparsityTolerance;
        if (_options.Rewind != PruningRewind.None)
            facts["rewind"] = EnumNames.Of(_options.Rewind);
        if (rewound is not null)
            facts["rewound_to"] = Digests.Of(rewound);
        TrainingOrigin.AddOptions(facts, _options.FineTuning, "round_");
        return new FolderOrigin(path, "pruning", facts);
    }

    private static IEnumerable<string> RoundFolders(string path) =>
        Directory
            .EnumerateDirectories(path)
            .Select(Path.GetFileName)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .Where(name => name.StartsWith("round-", StringComparison.Ordinal) || name.StartsWith("sparsity-", StringComparison.Ordinal));
}

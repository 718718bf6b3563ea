using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Pruning;
using Espalier.Training;

namespace Espalier.Lab.Design.Planning;

/// <summary>The stages of one network and one seed.</summary>
internal sealed class SeedPlanner
{
    private readonly Grid _grid;
    private readonly Recipe _recipe;
    private readonly ModelSource _model;
    private readonly DataSource _data;
    private readonly IReadOnlyList<PruningRound> _rounds;
    private readonly long _seed;
    private readonly DenseStage _a,
        _b;
    private readonly Dictionary<double, PruneStage> _prunedA;
    private readonly List<(int Round, PruneStage Stage)> _roundsOfA = [];
    private readonly Lazy<Dictionary<double, PruneStage>> _prunedB;

    public SeedPlanner(Grid grid, ModelSource model, DataSource data, IReadOnlyList<PruningRound> rounds, long seed)
    {
        (_grid, _recipe, _model, _data, _rounds, _seed) = (grid, grid.Options, model, data, rounds, seed);
        int[] matches = [.. grid.MatchEpochs.DefaultIfEmpty(_recipe.Epochs)];
        bool needsAllOfB =
            grid.Studies.Any(study => study != Study.PruningBarrier)
            || grid.MatchVariants.Any(variant => variant.NeedsTrainedB)
            || grid.Methods.Contains(Method.BImp)
            || grid.Methods.Contains(Method.WeightRefined)
            || (grid.Methods.Contains(Method.Permuted) && matches.Contains(_recipe.Epochs));
        _a = Dense("A", [.. Starts], _recipe.Epochs);
        _b = Dense(
            "B",
            [.. Starts, .. grid.Methods.Contains(Method.Permuted) ? matches : [], .. VariantPlanner.EpochsOfB(grid.MatchVariants)],
            needsAllOfB ? _recipe.Epochs : null
        );
        _prunedA = Prune("A", _a, _roundsOfA);
        _prunedB = new(() => Prune("B", _b, []));
    }

    /// <summary>The run's seed.</summary>
    public long Seed => _seed;

    /// <summary>A, dense.</summary>
    public DenseStage A => _a;

    /// <summary>B, dense.</summary>
    public DenseStage B => _b;

    /// <summary>A after each round of pruning, numbered from 1, and at each target; each mask once.</summary>
    public IEnumerable<(int Round, PruneStage Stage)> RoundsOfA => _roundsOfA;

    /// <summary>A at a target.</summary>
    public PruneStage PrunedA(double sparsity) => _prunedA[sparsity];

    /// <summary>Aligns another seed's A with this seed's B, both at T.</summary>
    public MatchStage MatchWith(SeedPlanner other) => new(other._a, _b, _recipe.Epochs, Matching, _seed);

    /// <summary>Another seed's ticket, with this seed's order of batches.</summary>
    public SparseStage Lth(SeedPlanner other, double sparsity, int k) =>
        Train(Method.Lth, other._a, k, new PrunedMask(other._prunedA[sparsity]));

    /// <summary>This seed's B under another seed's mask, as it is.</summary>
    public SparseStage Naive(SeedPlanner other, double sparsity, int k) =>
        Train(Method.Naive, _b, k, new PrunedMask(other._prunedA[sparsity]));

    /// <summary>This seed's B under another seed's mask, moved.</summary>
    public SparseStage Permuted(SeedPlanner other, double sparsity, int k) =>
        Train(Method.Permuted, _b, k, new MovedMask(other._prunedA[sparsity], MatchWith(other)));

    private Espalier.Matching.MatchingOptions Matching => _recipe.Matching(_model.Network, _seed);

    private IEnumerable<int> Starts => _grid.RewindEpochs.Select(k => k + _recipe.RewindShift);

    /// <summary>Every cell: the dense networks, A's pruned ones, and all methods at all points.</summary>
    public IEnumerable<PlannedCell> Cells()
    {
        yield return new(_model.Title, "dense", 0, null, null, _seed, _a);
        if (_b.Epochs == _recipe.Epochs)
            yield return new(_model.Title, "dense-b", 0, null, null, _seed, _b);
        // Barriers between dense networks need no pruning.
        if (_grid.Methods.Count + _grid.MatchVariants.Count > 0 || _grid.Studies.Any(study => study != Study.Barrier))
            foreach ((double sparsity, PruneStage pruned) in _prunedA)
                yield return new(_model.Title, "imp", sparsity, null, null, _seed, pruned);
        foreach (int k in _grid.RewindEpochs)
        foreach (double sparsity in _grid.Sparsities)
        foreach (
            PlannedCell cell in _grid
                .Methods.SelectMany(method => Cells(method, sparsity, k))
                .Concat(_grid.MatchVariants.Select(variant => CellOf(variant, sparsity, k)))
        )
            yield return cell;
    }

    private PlannedCell CellOf(MatchVariant variant, double sparsity, int k) =>
        new(_model.Title, variant.Method, sparsity, k, null, _seed, Train(Method.Permuted, k, Moved(variant, sparsity, k)));

    private MovedMask Moved(MatchVariant variant, double sparsity, int k) =>
        new(_prunedA[sparsity], new VariantPlanner(_a, _b, _recipe, _seed).Match(variant, _prunedA[sparsity], k + _recipe.RewindShift));

    private IEnumerable<PlannedCell> Cells(Method method, double sparsity, int k)
    {
        if (method == Method.Dense)
        {
            if (sparsity == _grid.Sparsities[0])
                yield return new(_model.Title, method.Name(), 0, k, null, _seed, Train(method, k, null));
            yield break;
        }
        if (method != Method.Permuted)
        {
            yield return new(_model.Title, method.Name(), sparsity, k, null, _seed, Train(method, k, MaskOf(method, sparsity, k)));
            yield break;
        }
        foreach (int t in _grid.MatchEpochs.DefaultIfEmpty(_recipe.Epochs))
        {
            var match = new MatchStage(_a, _b, t, Matching, _seed);
            yield return new(
                _model.Title,
                method.Name(),
                sparsity,
                k,
                t,
                _seed,
                Train(method, k, new MovedMask(_prunedA[sparsity], match))
            );
        }
    }

    private MaskSource MaskOf(Method method, double sparsity, int k) =>
        method switch
        {
            Method.WeightMatched => Moved(MatchVariant.WeightMatched, sparsity, k),
            Method.WeightRefined => new MovedMask(
                _prunedA[sparsity],
                new WeightMatchStage(_prunedA[sparsity], _b, k + _recipe.RewindShift, MatchWith(this), new() { Seed = _seed })
            ),
            Method.ShuffledUnits => new UnitShuffledMask(_prunedA[sparsity], _seed),
            Method.ShuffledLayer => new LayerShuffledMask(_prunedA[sparsity], _seed),
            Method.ErkRandom or Method.Set or Method.Rigl => new RandomErkMask(_prunedA[sparsity], _seed),
            Method.UniformRandom or Method.RiglUniform => new RandomUniformMask(_prunedA[sparsity], _seed),
            Method.Snip => new SnipMask(_prunedA[sparsity], _recipe.SnipBatches, _recipe.BatchSize, _seed),
            Method.SynFlow => new SynFlowMask(_prunedA[sparsity], _recipe.SynFlowRounds),
            Method.Gmp => new DenseMask(_prunedA[sparsity]),
            Method.BImp => new PrunedMask(_prunedB.Value[sparsity]),
            _ => new PrunedMask(_prunedA[sparsity]),
        };

    private SparseStage Train(Method method, int k, MaskSource? mask) => Train(method, method == Method.Lth ? _a : _b, k, mask);

    private SparseStage Train(Method method, DenseStage start, int k, MaskSource? mask)
    {
        TrainingOptions training = _recipe.Sparse(_model.Network, k);
        if (mask is null)
            training = training with { ScaleGradients = false }; // dense training has no unit to scale, and one artefact
        IMaskUpdate? updates = UpdatesOf(method, mask);
        updates?.MustFit(training.Steps(_data.ImagesPerEpoch)); // said when planned, not hours later
        return new(method.Name(), start, k + _recipe.RewindShift, mask, training, _seed, updates, _recipe.RescaleFanIn && mask is not null);
    }

    private IMaskUpdate? UpdatesOf(Method method, MaskSource? mask) =>
        method switch
        {
            Method.Set => _recipe.DropAndGrow(Growth.Random),
            Method.Rigl or Method.RiglUniform => _recipe.DropAndGrow(Growth.Gradient),
            Method.Gmp => _recipe.Gradual(mask!.Kept),
            _ => null,
        };

    /// <param name="name">A or B.</param>
    /// <param name="kept">Epochs whose weights others need.</param>
    /// <param name="until">Last epoch to train; null for no further than the last kept one.</param>
    private DenseStage Dense(string name, int[] kept, int? until)
    {
        int last = until ?? Math.Max(1, kept.Max());
        TrainingOptions options = _recipe.Dense(_model.Network) with
        {
            Checkpoints = CheckpointPolicy.Keep(_model.Bytes, _recipe.Epochs, last, kept),
            Until = last == _recipe.Epochs ? null : last,
        };
        return new DenseStage(name, _model, _data, options, _seed);
    }

    private Dictionary<double, PruneStage> Prune(string name, DenseStage dense, List<(int Round, PruneStage Stage)> chain)
    {
        var targets = new Dictionary<double, PruneStage>();
        Stage before = dense;
        foreach (PruningRound round in _rounds)
        {
            // A target that a shared round reaches, exactly or within the tolerance, is that round.
            var stage =
                before is PruneStage shared && shared.Kept == round.Kept
                    ? shared
                    : new PruneStage(name, before, round, _recipe.Prunable, _recipe.FineTuning(_model.Network), _seed);
            // Targets that keep equally many weights have one mask: it counts once.
            if (stage != before && chain.TrueForAll(earlier => earlier.Stage.Kept != stage.Kept))
                chain.Add((round.Round, stage));
            if (round.Target is { } target)
                targets[target] = stage;
            else
                before = stage;
        }
        return targets;
    }
}

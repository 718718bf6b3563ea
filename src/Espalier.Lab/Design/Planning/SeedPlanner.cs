using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Matching;
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
    private readonly IReadOnlyList<Method> _methods;
    private readonly int[] _matches;
    private readonly DenseStage _a,
        _b;
    private readonly Dictionary<double, PruneStage> _prunedA;
    private readonly List<(int Round, PruneStage Stage)> _roundsOfA = [];
    private readonly Lazy<Dictionary<double, PruneStage>> _prunedB;

    public SeedPlanner(Grid grid, ModelSource model, DataSource data, IReadOnlyList<PruningRound> rounds, long seed)
    {
        (_grid, _recipe, _model, _data, _rounds, _seed) = (grid, grid.Options, model, data, rounds, seed);
        _methods = grid.AllMethods;
        _matches = [.. grid.MatchEpochs.DefaultIfEmpty(_recipe.Epochs)];
        bool Read(ReadOfB what) => _methods.Any(method => method.ReadsOfB == what);
        bool OfMembers(ReadOfB what) => grid.Studies.Contains(Study.Diversity) && grid.Members.Any(method => method.ReadsOfB == what);
        bool needsAllOfB =
            grid.Studies.Any(study => study != Study.PruningBarrier)
            || Read(ReadOfB.End)
            || (Read(ReadOfB.MatchEpochs) && _matches.Contains(_recipe.Epochs));
        int[] rewound = _recipe.RewoundTo is { } epoch ? [epoch] : [];
        _a = Dense("A", [.. Starts, .. rewound], _recipe.Epochs);
        _b = Dense(
            "B",
            [
                .. Starts,
                .. needsAllOfB ? rewound : [], // only then may B be pruned
                .. Read(ReadOfB.MatchEpochs) ? _matches : [],
                .. Enumerable.Repeat(0, Read(ReadOfB.Initialization) || OfMembers(ReadOfB.Initialization) ? 1 : 0),
            ],
            needsAllOfB ? _recipe.Epochs : null
        );
        _prunedA = Prune("A", _a, _roundsOfA);
        _prunedB = new(() => Prune("B", _b, []));
    }

    /// <summary>The run's seed.</summary>
    public long Seed => _seed;

    /// <summary>Every option of training, pruning and matching.</summary>
    public Recipe Recipe => _recipe;

    /// <summary>A, dense.</summary>
    public DenseStage A => _a;

    /// <summary>B, dense.</summary>
    public DenseStage B => _b;

    /// <summary>A after each round of pruning, numbered from 1, and at each target; each mask once.</summary>
    public IEnumerable<(int Round, PruneStage Stage)> RoundsOfA => _roundsOfA;

    /// <summary>A at a target.</summary>
    public PruneStage PrunedA(double sparsity) => _prunedA[sparsity];

    /// <summary>B at a target.</summary>
    public PruneStage PrunedB(double sparsity) => _prunedB.Value[sparsity];

    /// <summary>Aligns another seed's A with this seed's B, both at T.</summary>
    public MatchStage MatchWith(SeedPlanner other) => MatchWith(other, _recipe.Epochs);

    /// <summary>Aligns another seed's A at T with this seed's B at an epoch.</summary>
    public MatchStage MatchWith(SeedPlanner other, int epoch, bool untied = false) =>
        new(other._a, _b, epoch, Matching with { Untied = untied });

    /// <summary>
    /// What a method makes of another seed's ticket and this seed's B, or of that ticket itself, with this seed's order of batches; a
    /// permutation is found with B at T.
    /// </summary>
    public SparseStage Sparse(Method method, SeedPlanner other, double sparsity, int k) =>
        Train(method, other, sparsity, k, method.ReadsOfB == ReadOfB.MatchEpochs ? _recipe.Epochs : null);

    private MatchSpecification Matching => new() { Activations = _recipe.MatchingOf(_model.Network, _seed) };

    private IEnumerable<int> Starts => _grid.RewindEpochs.Select(k => k + _recipe.RewindShift);

    /// <summary>Every cell: the dense networks, A's pruned ones, and all methods at all points.</summary>
    public IEnumerable<PlannedCell> Cells()
    {
        yield return new(_model.Title, Methods.Dense.Name, 0, null, null, _seed, _a);
        if (_b.Epochs == _recipe.Epochs)
            yield return new(_model.Title, Methods.DenseB.Name, 0, null, null, _seed, _b);
        // Barriers between dense networks need no pruning.
        if (_methods.Count > 0 || _grid.Studies.Any(study => study != Study.Barrier))
            foreach ((double sparsity, PruneStage pruned) in _prunedA)
                yield return new(_model.Title, Methods.Imp.Name, sparsity, null, null, _seed, pruned);
        foreach (int k in _grid.RewindEpochs)
        foreach (double sparsity in _grid.Sparsities)
        foreach (PlannedCell cell in _methods.SelectMany(method => Cells(method, sparsity, k)))
            yield return cell;
    }

    /// <summary>What is compared with A's own ticket: every sparse network but that.</summary>
    public IEnumerable<PlannedComparison> Comparisons(IEnumerable<PlannedCell> cells) =>
        from cell in cells
        where cell is { Sparsity: > 0, RewindEpoch: not null } && cell.Method != Methods.Lth.Name
        let ticket = Sparse(Methods.Lth, this, cell.Sparsity, cell.RewindEpoch!.Value)
        select new PlannedComparison(
            cell,
            new EnsembleStage($"{Methods.Lth.Label} and {cell.Method}", [new StageNetwork(ticket), new StageNetwork(cell.Stage)])
        );

    private IEnumerable<PlannedCell> Cells(Method method, double sparsity, int k)
    {
        bool isDense = method.Mask is null;
        if (isDense && sparsity != _grid.Sparsities[0])
            yield break; // one for all sparsities
        foreach (int? t in method.ReadsOfB == ReadOfB.MatchEpochs ? _matches.Select(t => (int?)t) : [null])
        {
            SparseStage stage = Train(method, this, sparsity, k, t);
            yield return new(_model.Title, method.Name, isDense ? 0 : sparsity, k, t, _seed, stage);
        }
    }

    private SparseStage Train(Method method, SeedPlanner ticket, double sparsity, int k, int? matchEpoch)
    {
        var point = new MethodPoint(this, ticket, sparsity, k + _recipe.RewindShift, matchEpoch);
        return Train(method, method.Start == StartWeights.A ? ticket._a : _b, k, method.Mask?.Invoke(point), method.Updates?.Invoke(point));
    }

    private SparseStage Train(Method method, DenseStage start, int k, MaskSource? mask, IMaskUpdate? updates = null)
    {
        TrainingOptions training = _recipe.Sparse(_model.Network, k);
        training = method.Training?.Invoke(_recipe, training).Validated() ?? training;
        if (mask is null)
            training = training with { ScaleGradients = false }; // dense training has no unit to scale, and one artefact
        updates?.MustFit(training.Steps(_data.ImagesPerEpoch)); // said when planned, not hours later
        bool rescale = (method.RescaleFanIn ?? _recipe.RescaleFanIn) && mask is not null;
        TicketStartOptions? ticket =
            method.TicketStart == TicketStart.Own || mask is null ? null : _recipe.Ticket with { Kind = method.TicketStart };
        return new(method.Title, start, k + _recipe.RewindShift, mask, training, _seed, updates, rescale, ticket);
    }

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
        RewindPoint? rewind = _recipe.RewoundTo is { } epoch ? new(dense, epoch) : null;
        foreach (PruningRound round in _rounds)
        {
            // A target that a shared round reaches, exactly or within the tolerance, is that round.
            var stage =
                before is PruneStage shared && shared.Kept == round.Kept
                    ? shared
                    : new PruneStage(
                        name,
                        before,
                        round,
                        _recipe.Pruning.Prunable,
                        _recipe.FineTuning(_model.Network),
                        _seed,
                        rewind,
                        _recipe.Pruning.Criterion
                    );
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

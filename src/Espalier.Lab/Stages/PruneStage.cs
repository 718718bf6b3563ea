using System.Text.Json.Serialization;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// One round of iterative pruning (appendix A.3): removes the smallest weights, or those of the smallest scores, then fine-tunes. A chain
/// of them is IMP-FT.
/// </summary>
public sealed class PruneStage : Stage, ITrainingStage
{
    /// <summary>Its file of the mask.</summary>
    public const string MaskName = TrainingFolder.MaskName;

    private readonly Stage _before;
    private readonly TrainingOptions _training;
    private readonly PrunableSet _prunable;
    private readonly long _seed;
    private readonly string _network;
    private readonly PruningRound _round;
    private readonly RewindPoint? _rewind;
    private readonly IPruningCriterion _criterion;

    /// <summary>A round after a dense training or after another round.</summary>
    /// <param name="network"><c>A</c> or <c>B</c>: it names the stream of batches.</param>
    /// <param name="before">A <see cref="DenseStage"/> or <see cref="PruneStage"/>.</param>
    /// <param name="round">What is left after it.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="training">Fine-tuning.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="rewind">Where kept weights go back to; null: they stay as they are.</param>
    /// <param name="criterion">Which weights go; null for those of smallest magnitude.</param>
    public PruneStage(
        string network,
        Stage before,
        PruningRound round,
        PrunableSet prunable,
        TrainingOptions training,
        long seed,
        RewindPoint? rewind = null,
        IPruningCriterion? criterion = null
    )
        : base(rewind is null || rewind.Dense == before ? [before] : [before, rewind.Dense])
    {
        var source = (INetworkStage)before;
        (_network, _before, _prunable, _training, _seed) = (network, before, prunable, training, seed);
        (Model, Data, Kept, _round, _rewind) = (source.Model, source.Data, round.Kept, round, rewind);
        _criterion = criterion ?? PruningCriteria.Magnitude;
    }

    /// <inheritdoc/>
    public override string Kind => "prune";

    /// <inheritdoc/>
    public override string Title => $"{_network} {_round.Name} seed {_seed}";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Network = _network,
            Round = _round.Name,
            Kept,
            Prunable = _prunable,
            Training = _training,
            Seed = _seed,
            RewoundTo = _rewind?.Epoch,
            // What was pruned by magnitude, before there was anything else, keeps its name.
            Criterion = _criterion == PruningCriteria.Magnitude ? null : new { _criterion.Name, _criterion.Options },
        };

    /// <inheritdoc/>
    public override int Epochs => _training.Epochs;

    /// <inheritdoc/>
    public override double Flops => Epochs * Model.FlopsPerImage * Data.ImagesPerEpoch;

    /// <inheritdoc/>
    public override long Bytes => Model.Bytes * (_training.EmaDecay > 0 ? 2 : 1) + Model.Bytes / 4;

    /// <inheritdoc/>
    [JsonIgnore]
    public ModelSource Model { get; }

    /// <inheritdoc/>
    [JsonIgnore]
    public DataSource Data { get; }

    /// <summary>The run's seed.</summary>
    public long Seed => _seed;

    /// <summary>Weights kept in the prunable arrays.</summary>
    public long Kept { get; }

    /// <summary>The arrays that pruning may touch.</summary>
    public IReadOnlyList<Networks.Parameter> Prunable => _prunable.Of(Model.Network);

    TrainingOptions ITrainingStage.Training => _training;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet weights = WeightsFile.Read(run.File(_before, INetworkStage.Weights), Model.Network);
        using Mask before =
            _before is PruneStage ? MaskFile.Read(run.File(_before, MaskName), Model.Network) : Mask.Dense(weights.Layout, Prunable);
        using WeightSet? rewound = _rewind is null ? null : WeightsFile.Read(run.File(_rewind.Dense, _rewind.File), Model.Network);
        BatchSource? images = _criterion.NeedsImages
            ? run.Images(Data, new TrainingOptions { Precision = Precision.Float32 }).Matching
            : null;
        TrainingRun selected = _round.Select(weights, before, _seed, $"{_network}.prune", rewound, _criterion, images);
        using WeightSet start = selected.Start;
        PrunedNetwork pruned = _round.FineTune(selected, new TrainingFolder(run.Folder), training => run.Train(_training, Data, training));
        using (pruned.Mask)
        using (pruned.Weights)
        using (pruned.Training.Average)
            return TrainingNumbers.Of(pruned.Training, pruned.Mask);
    }
}

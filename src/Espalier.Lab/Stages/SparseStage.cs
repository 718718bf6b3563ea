using Espalier.Lab.Engine;
using Espalier.Pruning;
using Espalier.Training;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>
/// Trains a sparse network from a checkpoint of a dense one. All methods read the same stream of batches, so that their differences are
/// paired.
/// </summary>
/// <param name="method">Name of the method, for the title; what decides is start and mask.</param>
/// <param name="start">A or B.</param>
/// <param name="epoch">Rewind epoch: the checkpoint to start from.</param>
/// <param name="mask">Where the mask comes from; null to train dense.</param>
/// <param name="training">Schedule.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="updates">How the mask changes in training; null for a mask that stays.</param>
/// <param name="rescale">Whether the start is rescaled to the fan-in that the mask leaves (<see cref="FanInRescaling"/>).</param>
/// <param name="ticket">What the start takes of the weights of the mask's pruned network; null for nothing.</param>
public sealed class SparseStage(
    string method,
    DenseStage start,
    int epoch,
    MaskSource? mask,
    TrainingOptions training,
    long seed,
    IMaskUpdate? updates = null,
    bool rescale = false,
    TicketStartOptions? ticket = null
) : Stage([start, .. mask?.Inputs ?? [], .. (ticket is null ? null : mask?.InputsOfTicket) ?? []]), ITrainingStage
{
    /// <inheritdoc/>
    public override string Kind => "sparse";

    /// <inheritdoc/>
    public override string Title => $"{method} {mask?.Title}{(mask is null ? "" : " ")}k={epoch} seed {seed}{Foreign}";

    /// <summary>What it takes of another seed, as the networks of an ensemble do.</summary>
    private string Foreign =>
        mask is null || mask.Seed == seed ? "" : $" ({(start.Seed == seed ? "" : "weights and ")}mask of seed {mask.Seed})";

    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Epoch = epoch,
            Mask = mask?.Options,
            Training = training,
            Seed = seed,
            Updates = (object?)updates,
            RescaleFanIn = rescale ? true : (bool?)null,
            Ticket = ticket,
        };

    /// <inheritdoc/>
    public override int Epochs => training.Epochs;

    /// <inheritdoc/>
    public override double Flops => Epochs * Model.FlopsPerImage * Data.ImagesPerEpoch;

    /// <inheritdoc/>
    public override long Bytes => Model.Bytes * (training.EmaDecay > 0 ? 2 : 1) + Model.Bytes / 4;

    /// <inheritdoc/>
    public ModelSource Model => start.Model;

    /// <inheritdoc/>
    public DataSource Data => start.Data;

    /// <summary>Where the mask comes from; null where training is dense.</summary>
    public MaskSource? Mask => mask;

    TrainingOptions ITrainingStage.Training => training;

    IMaskUpdate? ITrainingStage.Updates => updates;

    /// <inheritdoc/>
    public override StageResult Run(StageRun run)
    {
        using WeightSet own = WeightsFile.Read(run.File(start, start.FileAt(epoch)), Model.Network);
        using Weights.Mask? first = mask?.Make(run, own);
        using SparseStart made = SparseStart.Of(run, start, own, mask, first, ticket, seed);
        if (first is not null && updates is null)
            MaskFile.Write(run[PruneStage.MaskName], first); // one that changes is written at the end
        using WeightSet? rescaled = rescale && first is not null ? FanInRescaling.Apply(made.Weights, first) : null;
        TrainingResult result = run.Train(
            training,
            Data,
            new TrainingRun(rescaled ?? made.Weights, first, seed, "sparse.data") { Updates = updates }
        );
        using (result.Final)
        using (result.Average)
        using (result.Mask)
        using (Weights.Mask? last = updates is null ? null : MaskFile.Read(run[PruneStage.MaskName], Model.Network))
            return made.With(TrainingNumbers.Of(result, last ?? first));
    }
}

using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>GraSP's scores θ ⊙ Hg (<see cref="Grasp"/>), of the network as it is before each round.</summary>
public sealed record GraspCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name { get; init; } = "grasp";

    /// <summary>Batches of training images that the loss is the mean over, at least 1. Default 1.</summary>
    public int Batches { get; init; } = Grasp.UsualBatches;

    /// <summary>Images of each. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>What logits are divided by, more than 0. Default 200.</summary>
    public double Temperature { get; init; } = Grasp.UsualTemperature;

    /// <inheritdoc/>
    public object Options =>
        new
        {
            Batches,
            BatchSize,
            Temperature,
        };

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Tensor Scores(PruningMoment moment) =>
        Grasp.Scores(moment.Weights, moment.Mask, moment.NeededImages(), moment.Random, Batches, BatchSize, Temperature);
}

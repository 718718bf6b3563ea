using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>SNIP's scores |g · θ| (<see cref="Snip"/>), of the network as it is before each round.</summary>
public sealed record SnipCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name { get; init; } = "snip";

    /// <summary>Batches of training images that the gradient is the mean over, at least 1. Default 1.</summary>
    public int Batches { get; init; } = Snip.UsualBatches;

    /// <summary>Images of each. Default 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <inheritdoc/>
    public object Options => new { Batches, BatchSize };

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Tensor Scores(PruningMoment moment) =>
        Snip.Scores(moment.Weights, moment.Mask, moment.NeededImages(), moment.Random, Batches, BatchSize);
}

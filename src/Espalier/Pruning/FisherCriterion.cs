using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Fisher pruning (<see cref="Fisher"/>), of the network as it is before each round.</summary>
public sealed record FisherCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name { get; init; } = "fisher";

    /// <summary>Training images whose gradients are squared, at least 1. Default 256.</summary>
    public int Images { get; init; } = Fisher.UsualImages;

    /// <inheritdoc/>
    public object Options => new { Images };

    /// <inheritdoc/>
    public bool NeedsImages => true;

    /// <inheritdoc/>
    public Tensor Scores(PruningMoment moment) => Fisher.Scores(moment.Weights, moment.Mask, moment.NeededImages(), moment.Random, Images);
}

using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>SynFlow's scores (<see cref="SynFlow"/>), once a round of iterative pruning.</summary>
public sealed record SynFlowCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name { get; init; } = "syn-flow";

    /// <inheritdoc/>
    public object Options => new { };

    /// <inheritdoc/>
    public bool NeedsImages => false;

    /// <inheritdoc/>
    public Tensor Scores(PruningMoment moment) => SynFlow.Scores(moment.Weights, moment.Mask);
}

using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Magnitude |θ| (Han et al. 2015).</summary>
public sealed record MagnitudeCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name => Scope == PruningScope.Layer ? "layer-magnitude" : "magnitude";

    /// <inheritdoc/>
    public object Options => new { };

    /// <inheritdoc/>
    public bool NeedsImages => false;

    /// <inheritdoc/>
    public PruningScope Scope { get; init; }

    /// <inheritdoc/>
    public Tensor Scores(PruningMoment moment) => moment.Weights.Values.abs();
}

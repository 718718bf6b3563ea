using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// Which weights a round of iterative pruning removes: those of the smallest scores. It holds options only: the same moment always gives
/// the same scores, so that a resumed pruning goes on as it would have.
/// </summary>
public interface IPruningCriterion
{
    /// <summary>Its name, such as <c>magnitude</c>: in folders, grids' files and on command lines once it is registered
    /// (<see cref="PruningCriteria.Register"/>).</summary>
    string Name { get; }

    /// <summary>Everything that decides of the scores beside the moment, for hashes: a record of options.</summary>
    object Options { get; }

    /// <summary>Whether <see cref="PruningMoment.Images"/> must be given.</summary>
    bool NeedsImages { get; }

    /// <summary>What scores are compared with. Default: those of all prunable arrays.</summary>
    PruningScope Scope => PruningScope.Global;

    /// <summary>The score of every weight: the smallest are pruned, among equals those that come last in the flat layout.</summary>
    /// <param name="moment">The network as it is before the round.</param>
    /// <returns>[P] in the layout's order, of any sign, float32 or float64, on any device, in the caller's dispose scope. Outside the
    /// prunable arrays and where the mask prunes already no score is looked at. <see cref="PruningScores.Flat"/> makes them of arrays in
    /// PyTorch's shapes.</returns>
    /// <exception cref="InputException">The images are missing, or too few.</exception>
    Tensor Scores(PruningMoment moment);
}

using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Scores of a criterion: made of arrays, and what they keep.</summary>
public static class PruningScores
{
    /// <summary>Scores array by array as one flat tensor.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="arrays">Those that are scored; the others get 0.</param>
    /// <param name="ofArray">An array's scores in PyTorch's shape, such as [out, in, height, width] of a convolution.</param>
    /// <returns>Float64 [P] on the CPU, in the caller's dispose scope.</returns>
    /// <exception cref="InputException">The scores of an array have another shape than it.</exception>
    public static Tensor Flat(ParameterLayout layout, IEnumerable<Parameter> arrays, Func<Parameter, Tensor> ofArray)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = zeros(layout.Length, ScalarType.Float64);
        foreach (Parameter p in arrays)
        {
            Tensor scores = ofArray(p);
            if (!scores.shape.SequenceEqual(p.Shape.Select(size => (long)size)))
                throw new InputException(
                    $"The scores of '{p.Name}' have the shape [{string.Join(",", scores.shape)}]; expected [{string.Join(",", p.Shape)}]."
                );
            layout.View(flat, p).copy_(scores);
        }
        return flat.MoveToOuterDisposeScope();
    }

    /// <summary>What a criterion keeps of a network.</summary>
    /// <param name="criterion">Scores weights.</param>
    /// <param name="moment">The network, and what is kept until now; pruned weights never return.</param>
    /// <param name="kept">Weights to keep in the prunable arrays, at most as many as are kept now: exactly so many are.</param>
    /// <exception cref="InputException">Fewer are kept now, images are missing, or the scores have another shape or are not
    /// finite.</exception>
    public static Mask Keep(this IPruningCriterion criterion, PruningMoment moment, long kept)
    {
        moment.Weights.Layout.MustFit(moment.Mask.Layout, "mask");
        using var scope = NewDisposeScope();
        Tensor scores;
        using (enable_grad()) // wherever it is called
            scores = criterion.Scores(moment).detach();
        long length = moment.Weights.Layout.Length;
        if (scores.dim() != 1 || scores.shape[0] != length)
            throw new InputException(
                $"The criterion '{criterion.Name}' gave scores of shape [{string.Join(",", scores.shape)}]; expected [{length}]."
            );
        scores = HostRead.Whole(scores);
        return criterion.Scope == PruningScope.Layer
            ? LayerScores.Keep(scores, moment.Mask, kept)
            : GlobalScores.Keep(scores, moment.Mask, kept);
    }
}

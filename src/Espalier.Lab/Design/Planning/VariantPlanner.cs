using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Espalier.Matching;

namespace Espalier.Lab.Design.Planning;

/// <summary>The stage that finds π in some way.</summary>
/// <param name="a">A, dense.</param>
/// <param name="b">B.</param>
/// <param name="recipe">How activations are matched, and T.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class VariantPlanner(DenseStage a, DenseStage b, Recipe recipe, long seed)
{
    /// <param name="variant">The way.</param>
    /// <param name="pruned">A at the cell's sparsity.</param>
    /// <param name="rewind">The epoch that sparse training starts from.</param>
    /// <exception cref="InputException">The variant compares what a mask keeps of an A that is not pruned.</exception>
    public MatchStage Match(MatchVariant variant, PruneStage pruned, int rewind)
    {
        if (variant is { How.By.NeedsMask: true, Of: MatchedOf.Dense })
            throw new InputException($"By {variant.How.By} only what a mask keeps of A counts; expected '{variant} of=pruned'.");
        int epoch = variant.Against switch
        {
            MatchedAgainst.Trained => recipe.Epochs,
            MatchedAgainst.Rewind => rewind,
            _ => 0,
        };
        Stage source = variant.Of == MatchedOf.Dense ? a : pruned;
        MatchSpecification how = variant.How with { Activations = recipe.MatchingOf(b.Model.Network, seed), Seed = seed };
        MatchStage? start = how.Start == MatchStart.Activations ? new MatchStage(source, b, epoch, how.OfActivations) : null;
        return new MatchStage(source, b, epoch, how, start);
    }
}

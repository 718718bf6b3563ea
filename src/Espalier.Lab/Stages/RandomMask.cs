using Espalier.Lab.Engine;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Lab.Stages;

/// <summary>A mask drawn at random, of the ticket's size and with the layer densities of a rule.</summary>
/// <param name="pruned">Whose number of weights, and prunable arrays, it takes.</param>
/// <param name="source">The rule, as it stands in options.</param>
/// <param name="seed">Of the draw.</param>
/// <param name="stream">Name of the random stream that it draws from.</param>
public abstract class RandomMask(PruneStage pruned, string source, long seed, string stream) : CountedMask(pruned)
{
    /// <inheritdoc/>
    public override object Options =>
        new
        {
            Source = source,
            Kept,
            Prunable = Names,
            Seed = seed,
        };

    /// <inheritdoc/>
    public override Mask Make(StageRun run, WeightSet start) => Draw(start, new RandomStream(seed, stream));

    /// <summary>Draws it.</summary>
    /// <param name="start">Whose arrays it is of.</param>
    /// <param name="random">The stream.</param>
    protected abstract Mask Draw(WeightSet start, RandomStream random);
}

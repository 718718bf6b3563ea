using Espalier.Data;
using Espalier.Randomness;
using Espalier.Weights;

namespace Espalier.Pruning;

/// <summary>A network whose weights are to be scored, and what may be used for it. All of it is read only.</summary>
/// <param name="Weights">θ, exactly zero where pruned.</param>
/// <param name="Mask">What is kept until now.</param>
/// <param name="Random">This round's own stream, for whatever is drawn.</param>
/// <param name="Images">Training images without augmentation, in float32; null where the criterion needs none.</param>
public sealed record PruningMoment(WeightSet Weights, Mask Mask, RandomStream Random, BatchSource? Images = null)
{
    /// <summary>The images, for a criterion that needs them.</summary>
    /// <exception cref="InputException">There are none.</exception>
    public BatchSource NeededImages() =>
        Images ?? throw new InputException("This criterion scores weights on training images; expected images to compute them on.");
}

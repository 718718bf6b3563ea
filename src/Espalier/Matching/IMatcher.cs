using Espalier.Data;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;

namespace Espalier.Matching;

/// <summary>Two networks to be matched, and what may be used for it.</summary>
/// <param name="A">The network to permute.</param>
/// <param name="MaskA">What A keeps: it is compared as θ_A ⊙ m_A; null for all.</param>
/// <param name="B">The network to align with: trained, at its rewind epoch, or its initialization.</param>
/// <param name="Images">Plain training images; null where the matcher needs none.</param>
public sealed record MatchingProblem(WeightSet A, Mask? MaskA, WeightSet B, BatchSource? Images = null)
{
    /// <summary>What B keeps; null for all.</summary>
    public Mask? MaskB { get; init; }

    /// <summary>Where a matcher that ascends starts; null for the identity.</summary>
    public Permutation? Start { get; init; }

    /// <summary>The images, for a matcher that needs them.</summary>
    /// <exception cref="InputException">There are none.</exception>
    public BatchSource NeededImages() =>
        Images ?? throw new InputException("This way of matching compares activations; expected images to compute them on.");

    /// <summary>θ_A ⊙ m_A; the caller disposes it.</summary>
    public WeightSet EffectiveA() => Effective(A, MaskA);

    /// <summary>θ_B ⊙ m_B; the caller disposes it.</summary>
    public WeightSet EffectiveB() => Effective(B, MaskB);

    /// <summary>The start, on the groups of the networks; the identity where there is none.</summary>
    /// <exception cref="InputException">The start is of another network, or no symmetry where one is sought.</exception>
    internal Permutation StartOn(PermutationGroups groups)
    {
        if (Start is null)
            return Permutation.Identity(groups);
        if (Start.Groups.Network.Fingerprint != groups.Network.Fingerprint)
            throw new InputException($"The permutation to start from is of {Start.Groups.Network}; expected one of {groups.Network}.");
        if (groups.AreTied && !Start.IsSymmetry)
            throw new InputException("The permutation to start from is no symmetry; expected one, since a symmetry is sought.");
        return new Permutation(groups, (groups.AreTied ? Start : Start.Untie()).Sources);
    }

    private static WeightSet Effective(WeightSet weights, Mask? mask) => mask is not null ? weights.Masked(mask) : weights.Copy();
}

/// <summary>A way to find π that aligns one network with another.</summary>
public interface IMatcher
{
    /// <summary>Everything that decides of it beside the networks and the images, for hashes: a record of options.</summary>
    object Options { get; }

    /// <summary>Whether <see cref="MatchingProblem.Images"/> must be given.</summary>
    bool NeedsImages { get; }

    /// <summary>Whether the images' labels are looked at, so that they must mean the networks' classes.</summary>
    bool NeedsLabels => false;

    /// <summary>How the images must augment that are given to it; null where only images as they are are looked at.</summary>
    Augmentation? Shuffled => null;

    /// <summary>Floating-point operations that it takes, estimated.</summary>
    /// <param name="network">That of both.</param>
    /// <param name="images">Training images that there are.</param>
    double Operations(Network network, int images);

    /// <summary>Finds π such that π(A) is aligned with B.</summary>
    /// <param name="problem">The networks; they are not changed.</param>
    /// <param name="progress">Told the share done, in [0, 1], by matchers that know it.</param>
    /// <param name="cancel">Stops early.</param>
    /// <exception cref="InputException">The networks or masks do not fit together, or images are missing.</exception>
    Match Match(MatchingProblem problem, IProgress<double>? progress = null, CancellationToken cancel = default);
}

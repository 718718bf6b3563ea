using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Symmetry;

/// <summary>The proof that a permutation is one of the network's symmetries. No permutation is written without it.</summary>
/// <param name="MaxRelativeDifference">Largest |f(x) − f_π(x)| over a probe batch's logits, divided by the largest |f(x)|.</param>
/// <param name="ProbeImages">Images in the probe batch.</param>
/// <param name="InverseRestores">Whether π⁻¹(π(θ)) has the bits of θ.</param>
/// <param name="KeepsCounts">Whether π(m) keeps as many weights in every array as m does.</param>
public sealed record Certificate(double MaxRelativeDifference, int ProbeImages, bool InverseRestores, bool KeepsCounts)
{
    /// <summary>Largest relative difference that rounding in float32 explains.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Whether everything holds.</summary>
    public bool Holds => MaxRelativeDifference <= Tolerance && InverseRestores && KeepsCounts;

    /// <summary>Tries a permutation on a network.</summary>
    /// <param name="permutation">π.</param>
    /// <param name="weights">θ, of the permuted network.</param>
    /// <param name="mask">A mask that is to be transplanted with it; null to try one that prunes all negative weights.</param>
    /// <param name="probe">Images [N, C, H, W], float32.</param>
    public static Certificate Of(Permutation permutation, WeightSet weights, Mask? mask, Tensor probe)
    {
        using var scope = NewDisposeScope();
        using WeightSet moved = permutation.Apply(weights), restored = permutation.Inverse().Apply(moved);
        Tensor before = weights.Logits(probe), after = moved.Logits(probe);
        double difference = before.Minus(after).abs().max().item<float>() / Math.Max(before.abs().max().item<float>(), float.Epsilon);
        using Mask? own = mask is null ? new Mask(weights.Layout, PrunableSet.AllWeights.Of(weights.Network), Negative(weights)) : null;
        Mask tried = mask ?? own!;
        using Mask movedMask = permutation.Apply(tried);
        return new Certificate(difference, (int)probe.shape[0], restored.BitEquals(weights), tried.Prunable.All(p => tried.Kept(p) == movedMask.Kept(p)));
    }

    /// <summary>Refuses a permutation that changes the function.</summary>
    /// <exception cref="InvalidOperationException">It does: an internal fault, never the user's.</exception>
    public Certificate MustHold() => Holds ? this
        : throw new InvalidOperationException($"the permutation is no symmetry of the network: relative difference {MaxRelativeDifference:g3}, inverse restores {InverseRestores}, keeps counts {KeepsCounts}");

    private static Tensor Negative(WeightSet weights)
    {
        Tensor pruned = zeros_like(weights.Values, ScalarType.Bool);
        foreach (var p in PrunableSet.AllWeights.Of(weights.Network)) weights.Layout.Slice(pruned, p).copy_(weights.Layout.Slice(weights.Values, p).lt(Held.Zero));
        return pruned;
    }
}

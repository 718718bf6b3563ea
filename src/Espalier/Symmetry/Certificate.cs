using System.Text.Json.Serialization;
using Espalier.Execution;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Symmetry;

/// <summary>
/// The proof that a permutation is one of the network's symmetries, or, of one that cuts residual streams and is none, that it keeps
/// counts. No permutation is written without it.
/// </summary>
/// <param name="MaxRelativeDifference">Largest |f(x) − f_π(x)| over a probe batch's logits, divided by the largest |f(x)|.</param>
/// <param name="ProbeImages">Images in the probe batch.</param>
/// <param name="InverseRestores">Whether π⁻¹(π(θ)) has the bits of θ.</param>
/// <param name="KeepsCounts">Whether π(m) keeps as many weights in every array as m does.</param>
public sealed record Certificate(double MaxRelativeDifference, int ProbeImages, bool InverseRestores, bool KeepsCounts)
{
    /// <summary>
    /// Largest relative difference that rounding in float64 explains, with room: sums in another order differ by some 1e-15. Two units that
    /// differ in the last place of their float32 weights alone differ by some 1e-8, so confusing them is found.
    /// </summary>
    public const double Tolerance = 1e-9;

    /// <summary>What a permutation that cuts residual streams says of itself.</summary>
    public const string NoSymmetry = "no symmetry: residual streams are cut, the moved network computes another function";

    /// <summary>Whether the function is claimed to stay: not by a permutation that cuts residual streams.</summary>
    [JsonIgnore]
    public bool IsSymmetry { get; init; } = true;

    /// <summary><see cref="NoSymmetry"/>, or null of a symmetry.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Caution => IsSymmetry ? null : NoSymmetry;

    /// <summary>Whether everything holds that is claimed.</summary>
    public bool Holds => (MaxRelativeDifference <= Tolerance || !IsSymmetry) && InverseRestores && KeepsCounts;

    /// <summary>Tries a permutation on a network.</summary>
    /// <param name="permutation">π.</param>
    /// <param name="weights">θ, of the permuted network.</param>
    /// <param name="mask">A mask that is to be transplanted with it; null to try one that prunes all negative weights.</param>
    /// <param name="probe">Images [N, C, H, W]; both networks see them in float64, on their device.</param>
    /// <exception cref="InputException">The network's logits are not finite.</exception>
    public static Certificate Of(Permutation permutation, WeightSet weights, Mask? mask, Tensor probe)
    {
        using var scope = NewDisposeScope();
        using WeightSet moved = permutation.Apply(weights),
            restored = permutation.Inverse().Apply(moved);
        double difference = Difference(weights, moved, probe, mayOverflow: !permutation.IsSymmetry);
        using Mask? own = mask is null ? new Mask(weights.Layout, PrunableSet.AllWeights.Of(weights.Network), Negative(weights)) : null;
        Mask tried = mask ?? own!;
        using Mask movedMask = permutation.Apply(tried);
        return new Certificate(
            difference,
            (int)probe.shape[0],
            restored.BitEquals(weights),
            tried.Prunable.All(p => tried.Kept(p) == movedMask.Kept(p))
        )
        {
            IsSymmetry = permutation.IsSymmetry,
        };
    }

    /// <summary>Refuses a permutation that changes the function.</summary>
    /// <exception cref="InvalidOperationException">It does: an internal fault, never the user's.</exception>
    public Certificate MustHold() =>
        Holds
            ? this
            : throw new InvalidOperationException(
                $"the permutation {(IsSymmetry ? "is no symmetry of the network" : "does not keep what it moves")}: "
                    + $"relative difference {MaxRelativeDifference:g3} of at most "
                    + $"{Tolerance:g}, inverse restores {InverseRestores}, keeps counts {KeepsCounts}"
            );

    /// <summary>Largest |f(x) − g(x)| over a batch, divided by the largest |f(x)|, in float64.</summary>
    internal static double Difference(WeightSet f, WeightSet g, Tensor probe, bool mayOverflow = false)
    {
        using var scope = NewDisposeScope();
        Tensor exact = probe.to(ScalarType.Float64),
            before = f.Logits(exact),
            after = g.Logits(exact);
        double largest = HostRead.Item<double>(before.abs().max()),
            difference = HostRead.Item<double>(before.Minus(after).abs().max());
        if (mayOverflow && double.IsFinite(largest) && !double.IsFinite(difference))
            return double.MaxValue;
        if (!double.IsFinite(largest) || !double.IsFinite(difference))
            throw new InputException(
                $"{f.Network.Name} gives the probe images logits that are not finite; expected weights that do not overflow."
            );
        return largest == 0 ? difference : difference / largest;
    }

    private static Tensor Negative(WeightSet weights)
    {
        Tensor pruned = zeros_like(weights.Values, ScalarType.Bool);
        foreach (var p in PrunableSet.AllWeights.Of(weights.Network))
            weights.Layout.Slice(pruned, p).copy_(weights.Layout.Slice(weights.Values, p).lt(Held.Zero));
        return pruned;
    }
}

using System.Text.Json.Serialization;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// AC/DC, alternating compressed and decompressed training (Peste et al., NeurIPS 2021): after a dense warm-up the weights of largest |w|
/// of all prunable arrays are trained alone for a phase, then all of them, in turn; a last compressed phase goes to the end.
/// </summary>
/// <remarks>
/// A compressed phase has one threshold for all arrays and an exact count; among equals the weights that come first in the flat layout
/// stay. What it prunes is zero throughout it and begins the next decompressed phase from zero; it is chosen anew each time, among all
/// prunable weights. Each decompressed phase begins without momentum, of any array. A mask that training begins with holds for the
/// warm-up alone.
/// </remarks>
public sealed record AcDc : IDeviceMaskUpdate
{
    /// <summary>Weights that the prunable arrays keep in compressed phases, at least 1.</summary>
    public required long Kept { get; init; }

    /// <summary>When.</summary>
    public AcDcPhases Phases { get; init; } = new();

    /// <inheritdoc/>
    [JsonIgnore]
    public string Rule => "ac-dc";

    /// <inheritdoc/>
    [JsonIgnore]
    public bool TakesStep => false;

    /// <inheritdoc/>
    public bool IsDue(long step, long steps) => Phases.IsDue(step, steps);

    /// <inheritdoc/>
    public long KeptAfter(Mask start, long step, long steps) =>
        Phases.IsCompressed(step, steps) ? Compressed(start)
        : Phases.IsWarmUp(step, steps) ? start.KeptCount
        : start.PrunableCount;

    /// <inheritdoc/>
    public void MustFit(long steps) => Phases.MustFit(steps);

    /// <summary>A decompressed phase begins without any momentum, as the authors' trainings do.</summary>
    public bool ResetsMomentum(long step, long steps) => !Phases.IsCompressed(step, steps);

    /// <inheritdoc/>
    public Mask Next(MaskMoment moment)
    {
        using var scope = NewDisposeScope();
        var dense = Mask.Dense(moment.Mask.Layout, moment.Mask.Prunable);
        if (!Phases.IsCompressed(moment.Step, moment.Steps))
            return dense;
        using (dense)
            return GlobalScores.Keep(moment.Values.abs(), dense, Compressed(dense));
    }

    /// <inheritdoc/>
    (Tensor Pruned, Tensor Broken) IDeviceMaskUpdate.Next(DeviceMoment moment)
    {
        using var scope = NewDisposeScope();
        Tensor dense = zeros_like(moment.Pruned);
        (Tensor pruned, Tensor broken) = Phases.IsCompressed(moment.Step, moment.Steps)
            ? GlobalScores.Pruned(moment.Values.abs(), moment.Start, dense, Compressed(moment.Start))
            : (dense, zeros(1, ScalarType.Int64, dense.device).view([]));
        return (pruned.MoveToOuterDisposeScope(), broken.MoveToOuterDisposeScope());
    }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public AcDc Validated()
    {
        if (Kept < 1)
            throw new InputException($"Compressing to {Counted.Of(Kept, "weight")} is impossible; expected at least 1.");
        Phases.Validated();
        return this;
    }

    private long Compressed(Mask mask) => Math.Min(Kept, mask.PrunableCount);
}

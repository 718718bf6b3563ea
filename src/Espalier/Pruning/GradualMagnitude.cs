using System.Text.Json.Serialization;
using Espalier.Training;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// Gradual magnitude pruning (Zhu and Gupta 2017): the sparsity rises from that of the start, usually 0, to S by s(t) = S · (1 − (1 −
/// t / t_n)³), where t_n is the last update. The smallest |w| of all prunable arrays go first and never return.
/// </summary>
public sealed record GradualMagnitude : IDeviceMaskUpdate
{
    /// <summary>Weights that the prunable arrays keep at the end, at least 1.</summary>
    public required long Kept { get; init; }

    /// <summary>When. The last update reaches <see cref="Kept"/> exactly.</summary>
    public UpdateTimes Times { get; init; } = new();

    /// <inheritdoc/>
    [JsonIgnore]
    public string Rule => "gmp";

    /// <inheritdoc/>
    [JsonIgnore]
    public bool TakesStep => false;

    /// <inheritdoc/>
    public bool IsDue(long step, long steps) => Times.IsDue(step, steps);

    /// <inheritdoc/>
    public long KeptAfter(Mask start, long step, long steps) => Math.Min(start.KeptCount, KeptAfter(start.PrunableCount, step, steps));

    /// <inheritdoc/>
    public void MustFit(long steps) => Times.MustFit(steps);

    /// <inheritdoc/>
    public Mask Next(MaskMoment moment)
    {
        using var scope = NewDisposeScope();
        return GlobalScores.Keep(moment.Values.abs(), moment.Mask, KeptAfter(moment.Mask, moment.Step, moment.Steps));
    }

    /// <inheritdoc/>
    (Tensor Pruned, Tensor Broken) IDeviceMaskUpdate.Next(DeviceMoment moment) =>
        GlobalScores.Pruned(moment.Values.abs(), moment.Start, moment.Pruned, KeptAfter(moment.Start, moment.Step, moment.Steps));

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public GradualMagnitude Validated()
    {
        if (Kept < 1)
            throw new InputException($"Pruning to {Counted.Of(Kept, "weight")} is impossible; expected at least 1.");
        Times.Validated();
        return this;
    }

    /// <summary>Weights kept after a step, of <paramref name="prunable"/>: rounded half away from zero.</summary>
    public long KeptAfter(long prunable, long step, long steps)
    {
        long updates = Math.Min(step / Times.Every, Times.Count(steps));
        double left = 1 - (double)updates / Math.Max(1, Times.Count(steps));
        return Kept + (long)Math.Round((prunable - Kept) * left * left * left, MidpointRounding.AwayFromZero);
    }
}

using System.Text.Json.Serialization;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>
/// SRigL (Lasby et al., ICLR 2024): RigL with a constant fan-in, and without the units that little speaks for. An update drops the share f
/// of each layer's weights, those of smallest |w|; counts for every unit what is salient, the weights that remain and as many places of the
/// layer's largest gradients as were dropped; ablates units with too few; and grows by the largest gradient what each of the others lacks
/// of its share of the layer's weights.
/// </summary>
/// <remarks>
/// Every layer keeps its number of weights exactly, so that fan-ins differ by one where that is no multiple of the active units; the
/// authors' code rounds. Units of the last layer, the classes, are never ablated, nor so many that the others could not hold the weights.
/// An ablated unit has no incoming weight; it comes back when gradients speak for it. A unit with more remaining weights than its share
/// keeps the largest. Everything else as in <see cref="DropAndGrow"/>.
/// </remarks>
public sealed record SRigL : IMaskUpdate
{
    /// <summary>α, the share that would be dropped at step 0, in (0, 1). Default 0.3.</summary>
    public double Fraction { get; init; } = 0.3;

    /// <summary>When.</summary>
    public UpdateTimes Times { get; init; } = new();

    /// <summary>
    /// γ_sal, the share of the fan-in that it would have with no unit ablated below which a unit's salient weights are too few, in [0, 1];
    /// it needs at least one. 0: no unit is ablated. Default 0.3, the authors' for convolutional networks.
    /// </summary>
    public double Saliency { get; init; } = 0.3;

    /// <inheritdoc/>
    [JsonIgnore]
    public string Rule => "srigl";

    /// <inheritdoc/>
    [JsonIgnore]
    public bool TakesStep => true;

    /// <inheritdoc/>
    public bool IsDue(long step, long steps) => Times.IsDue(step, steps);

    /// <inheritdoc/>
    public long KeptAfter(Mask start, long step, long steps) => start.KeptCount;

    /// <inheritdoc/>
    public void MustFit(long steps) => Times.MustFit(steps);

    /// <inheritdoc/>
    public Mask Next(MaskMoment moment)
    {
        using var scope = NewDisposeScope();
        Mask mask = moment.Mask;
        double share = Times.Falling(Fraction, moment.Step, moment.Steps);
        Tensor pruned = mask.Pruned.clone();
        foreach (Parameter p in mask.Prunable)
        {
            long kept = mask.Kept(p),
                dropped = (long)Math.Floor(share * kept);
            if (dropped == 0)
                continue;
            using var inner = NewDisposeScope();
            Tensor layer = mask.Layout.Slice(pruned, p),
                values = mask.Layout.Slice(moment.Values, p).abs(),
                gradient = mask.Layout.Slice(moment.Gradient!, p).abs(),
                remaining = ExactSelection.Largest(values, layer.logical_not(), kept - dropped),
                wanted = ExactSelection.Largest(gradient, ones_like(layer), dropped);
            int units = p.Units;
            long[] salient = HostRead.Values<long>(remaining.logical_or(wanted).view(units, -1).sum(1));
            Tensor fanIns = tensor(FanIns(kept, p.Count / units, salient, !mask.Network.IsClassifier(p) && Saliency > 0)).unsqueeze(1),
                stays = ExactSelection.LargestOfRows(values.view(units, -1), remaining.view(units, -1), fanIns),
                grows = ExactSelection.LargestOfRows(
                    gradient.view(units, -1),
                    stays.logical_not(),
                    fanIns.Minus(stays.sum(1, keepdim: true))
                );
            layer.copy_(stays.logical_or(grows).logical_not().view(-1));
        }
        return new Mask(mask.Layout, mask.Prunable, pruned);
    }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public SRigL Validated()
    {
        if (Saliency is not (>= 0 and <= 1))
            throw new InputException($"SRigL with a share {Saliency} of salient weights is impossible; expected 0 to 1.");
        new DropAndGrow { Fraction = Fraction, Times = Times }.Validated();
        return this;
    }

    /// <summary>Weights of each unit: 0 where it is ablated.</summary>
    /// <param name="kept">Weights of the layer.</param>
    /// <param name="inputs">Places of a unit.</param>
    /// <param name="salient">Of each unit.</param>
    /// <param name="ablates">Whether units may be ablated.</param>
    private long[] FanIns(long kept, int inputs, long[] salient, bool ablates)
    {
        long least = ablates ? Math.Max(1, (long)(Saliency * (kept / salient.Length))) : 0;
        int needed = (int)((kept + inputs - 1) / inputs); // so many hold all weights
        least = Math.Min(least, salient.OrderDescending().ElementAt(needed - 1));
        int[] active = [.. Enumerable.Range(0, salient.Length).Where(unit => salient[unit] >= least)];
        var fanIns = new long[salient.Length];
        foreach ((int unit, long share) in active.Zip(ConstantFanIn.Of(kept, active.Length)))
            fanIns[unit] = share;
        return fanIns;
    }
}

using System.Text.Json.Serialization;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Training;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Pruning;

/// <summary>Where weights grow in place of those that are dropped.</summary>
public enum Growth
{
    /// <summary>Where the gradient of the loss is largest: RigL.</summary>
    Gradient,

    /// <summary>At random: SET.</summary>
    Random,
}

/// <summary>
/// Dynamic sparse training that keeps every layer's number of weights: RigL (Evci et al. 2020, algorithm 1) and SET (Mocanu et al. 2018, as
/// Evci et al. run it). An update drops the share f = α/2 · (1 + cos(πt / T_end)) of each layer's weights, those of smallest |w|, and
/// grows as many elsewhere.
/// </summary>
/// <remarks>
/// The number is rounded down. Among equals the weights that come first in the flat layout are kept, and grown. What was dropped may grow
/// again at once, and then keeps its value and momentum, as in the authors' code; everything else grows from zero without momentum. RigL's
/// updates take the place of a step of SGD, SET's follow theirs.
/// </remarks>
public sealed record DropAndGrow : IDeviceMaskUpdate
{
    /// <summary>Where weights grow. Default: where the gradient is largest.</summary>
    public Growth Growth { get; init; } = Growth.Gradient;

    /// <summary>α, the share that would be dropped at step 0, in (0, 1). Default 0.3.</summary>
    public double Fraction { get; init; } = 0.3;

    /// <summary>When.</summary>
    public UpdateTimes Times { get; init; } = new();

    /// <inheritdoc/>
    [JsonIgnore]
    public string Rule => Growth == Growth.Gradient ? "rigl" : "set";

    /// <inheritdoc/>
    [JsonIgnore]
    public bool TakesStep => Growth == Growth.Gradient;

    /// <summary>f, the share dropped in a step.</summary>
    public double FractionAt(long step, long steps) => Times.Falling(Fraction, step, steps);

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
        (Tensor pruned, Tensor broken) = Next(
            new DeviceMoment(mask, mask.Pruned, moment.Values, moment.Gradient, moment.Step, moment.Steps, moment.Random)
        );
        RankedScores.MustBeFinite(HostRead.Item<long>(broken));
        return new Mask(mask.Layout, mask.Prunable, pruned);
    }

    /// <inheritdoc/>
    (Tensor Pruned, Tensor Broken) IDeviceMaskUpdate.Next(DeviceMoment moment) => Next(moment);

    // Every layer keeps its number of weights, so that all numbers are those of the mask at the beginning.
    private (Tensor Pruned, Tensor Broken) Next(DeviceMoment moment)
    {
        using var scope = NewDisposeScope();
        Mask mask = moment.Start;
        double share = FractionAt(moment.Step, moment.Steps);
        Tensor pruned = moment.Pruned.clone(),
            broken = zeros(1, ScalarType.Int64, pruned.device);
        foreach (Parameter p in mask.Prunable)
        {
            long kept = mask.Kept(p),
                dropped = (long)Math.Floor(share * kept);
            if (dropped == 0)
                continue;
            Tensor layer = mask.Layout.Slice(pruned, p);
            (Tensor remaining, Tensor unranked) = ExactSelection.Ranked(
                mask.Layout.Slice(moment.Values, p).abs(),
                layer.logical_not(),
                kept - dropped
            );
            Tensor free = remaining.logical_not(),
                grown;
            broken.PlusInPlace(unranked);
            if (Growth == Growth.Gradient)
            {
                (grown, unranked) = ExactSelection.Ranked(mask.Layout.Slice(moment.Gradient!, p).abs(), free, dropped);
                broken.PlusInPlace(unranked);
            }
            else
            {
                grown = Drawn(free, p.Count - (kept - dropped), dropped, moment.Random);
            }
            layer.copy_(free.logical_and(grown.logical_not()));
        }
        return (pruned.MoveToOuterDisposeScope(), broken.view([]).MoveToOuterDisposeScope());
    }

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="InputException">An option is out of range.</exception>
    public DropAndGrow Validated()
    {
        if (Fraction is not (> 0 and < 1))
            throw new InputException(
                $"A change of the mask cannot drop the share {Fraction} of the weights; expected more than 0 and less than 1."
            );
        Times.Validated();
        return this;
    }

    /// <summary>Some of the free places, drawn by their rank among them: so the device need not say which they are.</summary>
    /// <param name="free">Bool [n].</param>
    /// <param name="places">How many are free.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="random">Gives an order of the ranks.</param>
    private static Tensor Drawn(Tensor free, long places, long count, RandomStream random)
    {
        bool[] drawn = new bool[places];
        foreach (int rank in random.NextOrder(checked((int)places)).Take((int)count))
            drawn[rank] = true;
        Tensor ranks = free.cumsum(0).add(Held.MinusOne, Held.One).clamp_min(Held.Zero);
        return Upload.To(tensor(drawn), free.device).index_select(0, ranks).logical_and(free);
    }
}

using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// REPAIR (Jordan et al. 2023): the units of a network between two others vary too little; this scales and shifts each unit's
/// pre-activation to the mean and standard deviation between those of the ends, (1 − α)·end₁ + α·end₂, and folds that into the
/// layer's weights and bias (or normalisation), so that the result is a plain network of the same graph.
/// </summary>
/// <remarks>
/// Forward: one pass, each layer measured given all layers before it repaired. There is no exact closed form beyond the first layer: the
/// input of a deeper layer is a nonlinear function of all repaired layers before, of which cross-moments of the ends say nothing. The class
/// scores (last node) are left alone. Weights that are zero stay zero. A unit that does not vary is only shifted; a layer without a bias
/// and without a normalisation after it is only scaled.
/// </remarks>
public sealed class Repair
{
    /// <summary>
    /// A unit whose deviation is below this share of its target's is taken for constant: to scale it up would be to scale rounding.
    /// </summary>
    private const double LeastShare = 1e-5;

    private readonly ParameterLayout _layout;
    private readonly StatisticsImages _images;
    private readonly IReadOnlyDictionary<int, UnitMoments> _first,
        _second;

    /// <summary>Measures both ends.</summary>
    /// <param name="first">θ₁, α = 0; effective weights.</param>
    /// <param name="second">θ₂, α = 1.</param>
    /// <param name="images">A fixed set of training images.</param>
    /// <exception cref="InputException">The ends differ in their graphs, or have layers that share weights.</exception>
    public Repair(WeightSet first, WeightSet second, StatisticsImages images)
    {
        first.Layout.MustFit(second.Layout, "second end");
        UnitStatistics.MustBeCorrectable(first.Network);
        _layout = first.Layout;
        _images = images;
        _first = UnitStatistics.Of(first, images);
        _second = UnitStatistics.Of(second, images);
    }

    /// <summary>What the units' moments become at α: by node.</summary>
    public IReadOnlyDictionary<int, UnitMoments> Targets(double alpha) =>
        _first.ToDictionary(entry => entry.Key, entry => entry.Value.Between(_second[entry.Key], alpha));

    /// <summary>Repairs a network.</summary>
    /// <param name="weights">That at α; not changed.</param>
    /// <param name="alpha">α in [0, 1].</param>
    /// <param name="matchMeans">Whether units get the mean, too; else the standard deviation alone (<see cref="Correction.Rescale"/>).
    /// </param>
    /// <exception cref="InputException">The network has another graph than the ends, or α is outside [0, 1].</exception>
    public WeightSet Run(WeightSet weights, double alpha, bool matchMeans = true)
    {
        _layout.MustFit(weights.Layout, "network to repair");
        if (alpha is not (>= 0 and <= 1))
            throw new InputException($"α is {alpha}; expected 0 to 1.");
        using WeightSet repaired = RunOn(weights, alpha, matchMeans);
        return repaired.ToHost();
    }

    /// <summary>The same, left on the images' device: what units are to be is sent there once, and nothing comes back.</summary>
    internal WeightSet RunOn(WeightSet weights, double alpha, bool matchMeans)
    {
        using var scope = NewDisposeScope();
        IReadOnlyDictionary<int, UnitMoments> targets = Targets(alpha);
        double[] numbers =
        [
            .. targets.Values.SelectMany(target => target.Mean.Concat(target.Mean.Select((_, unit) => target.Deviation(unit)))),
        ];
        Tensor sent = Upload.To(tensor(numbers), _images.Images.device);
        var wanted = new Dictionary<int, Tensor>();
        long at = 0;
        foreach ((int node, UnitMoments target) in targets)
        {
            wanted[node] = sent.narrow(0, at, 2 * target.Mean.Count).view(2, -1);
            at += 2 * target.Mean.Count;
        }
        return LayerPass.Run(
            weights,
            _images,
            (node, now, canShift) => Change(now, wanted[node], matchMeans, canShift),
            targets.Keys.ToHashSet()
        );
    }

    /// <summary>What brings a layer's units from some moments to others.</summary>
    /// <param name="now">Mean and variance, float64 [2, units].</param>
    /// <param name="wanted">Mean and standard deviation, float64 [2, units].</param>
    /// <param name="matchMeans">Whether means are to be those wanted.</param>
    /// <param name="canShift">Whether the layer has anything that shifts.</param>
    /// <returns>Float64 [units] each.</returns>
    internal static (Tensor Scale, Tensor Shift) Change(Tensor now, Tensor wanted, bool matchMeans, bool canShift)
    {
        Tensor mean = now[0],
            deviation = now[1].sqrt();
        Tensor constant = deviation.le(wanted[1].Times(LeastShare)).logical_or(deviation.eq(Held.Zero));
        Tensor scale = wanted[1].div(deviation).masked_fill(constant, Held.One);
        // Rescaling alone leaves each unit's mean where it was, scaled with it as its weights are where there is no bias to shift.
        Tensor shift = canShift ? (matchMeans ? wanted[0] : mean).Minus(scale.mul(mean)) : zeros_like(mean);
        return (scale, shift);
    }
}

using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// REPAIR for every α from one pass of the two ends (Jordan et al. 2023, section 3): a unit of the network between them is taken to be
/// (1 − α)·x₁ + α·x₂, so that its mean and variance follow from those of x₁ and x₂ and their covariance.
/// </summary>
/// <remarks>
/// Exact for the first layer, which is linear in its weights. Deeper layers read what nonlinear layers made of repaired units, of which no
/// moments of the ends say enough: there this is an estimate, and <see cref="Repair"/>, which measures, is the reference.
/// </remarks>
public sealed class ClosedFormRepair
{
    private readonly ParameterLayout _layout;
    private readonly IReadOnlyDictionary<int, PairedMoments> _moments;
    private readonly IReadOnlyList<int> _units;

    /// <summary>Measures both ends together.</summary>
    /// <param name="first">θ₁, α = 0; effective weights.</param>
    /// <param name="second">θ₂, α = 1.</param>
    /// <param name="images">A fixed set of training images.</param>
    /// <exception cref="InputException">The ends differ in their graphs, or have layers that share weights.</exception>
    public ClosedFormRepair(WeightSet first, WeightSet second, StatisticsImages images)
    {
        first.Layout.MustFit(second.Layout, "second end");
        UnitStatistics.MustBeCorrectable(first.Network);
        _layout = first.Layout;
        _units = UnitStatistics.Nodes(first.Network);
        _moments = PairedMoments.Of(first, second, _units.Concat(Norms(first.Network).Select(norm => norm.Input)).ToHashSet(), images);
    }

    /// <summary>Repairs a network.</summary>
    /// <param name="weights">That at α; not changed.</param>
    /// <param name="alpha">α in [0, 1].</param>
    /// <exception cref="InputException">The network has another graph than the ends, or α is outside [0, 1].</exception>
    public WeightSet Run(WeightSet weights, double alpha)
    {
        _layout.MustFit(weights.Layout, "network to repair");
        if (alpha is not (>= 0 and <= 1))
            throw new InputException($"α is {alpha}; expected 0 to 1.");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = weights.Values.clone(),
            statistics = weights.Statistics.clone();
        ILookup<int, Parameter> owned = _layout.Network.Parameters.ToLookup(p => p.Node);
        Dictionary<int, int> normalised = Norms(_layout.Network).ToDictionary(norm => norm.Node, norm => norm.Input);
        foreach ((int norm, int input) in normalised)
            Write(statistics, norm, _moments[input].Mixed(alpha));
        foreach (int node in _units)
        {
            PairedMoments pair = _moments[node];
            UnitMoments now = normalised.TryGetValue(node, out int input)
                ? Normalised(values, owned[node], (BatchNorm)_layout.Network.Nodes[node].Operation, _moments[input].Mixed(alpha))
                : pair.Mixed(alpha);
            UnitMoments target = pair.First.Between(pair.Second, alpha);
            (Tensor scale, Tensor shift) = Repair.Change(
                stack([tensor([.. now.Mean]), tensor([.. now.Variance])], 0),
                stack([tensor([.. target.Mean]), tensor([.. target.Mean.Select((_, unit) => target.Deviation(unit))])], 0),
                matchMeans: true,
                owned[node].Any(LayerPass.IsShift)
            );
            LayerPass.Fold(_layout, values, owned[node], scale, shift);
        }
        return new WeightSet(_layout, values, statistics);
    }

    /// <summary>Batch-norms that read a layer directly.</summary>
    private static IEnumerable<(int Node, int Input)> Norms(Network network) =>
        Enumerable
            .Range(0, network.Nodes.Count)
            .Where(i => network.Nodes[i].Operation is BatchNorm)
            .Select(i => (i, network.Nodes[i].Inputs[0]));

    /// <summary>What a batch-norm with statistics of its input makes of it: mean β and deviation |γ|, but for ε.</summary>
    private UnitMoments Normalised(Tensor values, IEnumerable<Parameter> arrays, BatchNorm norm, UnitMoments input)
    {
        float[] Of(ParameterKind kind) => [.. _layout.Slice(values, arrays.Single(p => p.Kind == kind)).data<float>()];
        float[] scale = Of(ParameterKind.NormWeight),
            shift = Of(ParameterKind.NormBias);
        return new UnitMoments(
            [.. shift.Select(value => (double)value)],
            [.. scale.Select((gamma, unit) => gamma * gamma * input.Variance[unit] / (input.Variance[unit] + norm.Epsilon))]
        );
    }

    private void Write(Tensor statistics, int norm, UnitMoments moments)
    {
        foreach (Parameter p in _layout.Network.Buffers.Where(p => p.Node == norm))
            _layout
                .View(statistics, p)
                .copy_(tensor([.. (p.Kind == ParameterKind.RunningMean ? moments.Mean : moments.Variance).Select(value => (float)value)]));
    }
}

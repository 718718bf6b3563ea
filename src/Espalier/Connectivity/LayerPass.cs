using Espalier.Execution;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Connectivity;

/// <summary>
/// One pass of all images through a network in which each layer is corrected before the next one sees it: batch-norms get the statistics of
/// their input, and a layer's units may be scaled and shifted, in the activations at hand and in the weights alike.
/// </summary>
internal static class LayerPass
{
    /// <summary>
    /// Decides what becomes of a layer's units: y → scale · y + shift, float64 [units] each. Given the node and its moments, float64
    /// [2, units], all on one device.
    /// </summary>
    public delegate (Tensor Scale, Tensor Shift) UnitChange(int node, Tensor moments, bool canShift);

    /// <summary>Runs it where the images are, and reads nothing from there.</summary>
    /// <param name="weights">Not changed.</param>
    /// <param name="images">A fixed set.</param>
    /// <param name="change">What becomes of the units of some nodes; null to leave all.</param>
    /// <param name="changed">Those nodes.</param>
    /// <returns>On the images' device; the caller disposes it.</returns>
    public static WeightSet Run(WeightSet weights, StatisticsImages images, UnitChange? change = null, IReadOnlySet<int>? changed = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Network network = weights.Network;
        ParameterLayout layout = weights.Layout;
        Device device = images.Images.device;
        Tensor values = weights.Values.to(device, copy: true),
            statistics = weights.Statistics.to(device, copy: true);
        using NodeArrays arrays = NodeArrays.Of(layout, values, values.to(images.Images.dtype), statistics);
        ILookup<int, int> normsAfter = Enumerable
            .Range(0, network.Nodes.Count)
            .Where(i => network.Nodes[i].Operation is BatchNorm)
            .ToLookup(i => network.Nodes[i].Inputs[0]);
        ILookup<int, Parameter> owned = network.Parameters.ToLookup(p => p.Node);

        new ForwardPass(network).Run(
            arrays,
            images.Images,
            training: false,
            visit: (node, output) =>
            {
                if (changed?.Contains(node) == true)
                {
                    (Tensor scale, Tensor shift) = change!(node, UnitMoments.Measure(output), owned[node].Any(IsShift));
                    Fold(layout, values, owned[node], scale, shift);
                    long[] shape = output.dim() == 4 ? [1, -1, 1, 1] : [1, -1];
                    output.mul_(scale.to(output.dtype).view(shape)).PlusInPlace(shift.to(output.dtype).view(shape));
                }
                if (!normsAfter.Contains(node))
                    return;
                Tensor input = UnitMoments.Measure(output).to(ScalarType.Float32);
                foreach (int norm in normsAfter[node])
                foreach (Parameter p in network.Buffers.Where(p => p.Node == norm))
                    layout.View(statistics, p).copy_(input[p.Kind == ParameterKind.RunningMean ? 0 : 1]);
            }
        );
        return new WeightSet(layout, values, statistics);
    }

    /// <summary>Puts y → scale · y + shift of a layer's units into its arrays.</summary>
    /// <param name="layout">Of the buffer.</param>
    /// <param name="values">Float32 [P]; changed.</param>
    /// <param name="arrays">The layer's.</param>
    /// <param name="scale">[units], float64.</param>
    /// <param name="shift">[units], float64; 0 where the layer has nothing that shifts.</param>
    public static void Fold(ParameterLayout layout, Tensor values, IEnumerable<Parameter> arrays, Tensor scale, Tensor shift)
    {
        using var scope = NewDisposeScope();
        Tensor factor = scale.to(ScalarType.Float32),
            offset = shift.to(ScalarType.Float32);
        foreach (Parameter p in arrays)
        {
            Tensor target = layout.View(values, p);
            long[] shape = [.. Enumerable.Repeat(1L, p.Shape.Count)];
            shape[p.UnitAxis] = -1;
            target.mul_(factor.view(shape));
            if (IsShift(p))
                target.PlusInPlace(offset);
        }
    }

    /// <summary>Whether an array shifts its layer's units.</summary>
    public static bool IsShift(Parameter p) => p.Kind is ParameterKind.Bias or ParameterKind.NormBias;
}

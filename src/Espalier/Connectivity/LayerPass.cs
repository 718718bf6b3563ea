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
    /// Decides what becomes of a layer's units: y → scale · y + shift. Given the node and its moments; null to leave them.
    /// </summary>
    public delegate (double[] Scale, double[] Shift)? UnitChange(int node, UnitMoments moments, bool canShift);

    public static WeightSet Run(WeightSet weights, StatisticsImages images, UnitChange change, IReadOnlySet<int>? changed = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Network network = weights.Network;
        ParameterLayout layout = weights.Layout;
        Tensor values = weights.Values.clone(),
            statistics = weights.Statistics.clone();
        // On the CPU in float32 these are the buffers themselves; elsewhere what is written to them is written to the copies in use, too.
        Tensor deviceValues = values.to(images.Images.device),
            deviceStatistics = statistics.to(images.Images.device);
        using NodeArrays arrays = NodeArrays.Of(layout, deviceValues, deviceValues.to(images.Images.dtype), deviceStatistics);
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
                if (changed?.Contains(node) == true && change(node, UnitMoments.Of(output), owned[node].Any(IsShift)) is var (scale, shift))
                {
                    Tensor factor = tensor(scale),
                        offset = tensor(shift);
                    Fold(layout, values, owned[node], scale, shift);
                    long[] shape = output.dim() == 4 ? [1, -1, 1, 1] : [1, -1];
                    output
                        .mul_(factor.to(output.dtype, output.device).view(shape))
                        .PlusInPlace(offset.to(output.dtype, output.device).view(shape));
                }
                if (!normsAfter.Contains(node))
                    return;
                UnitMoments input = UnitMoments.Of(output);
                foreach (int norm in normsAfter[node])
                foreach (Parameter p in network.Buffers.Where(p => p.Node == norm))
                {
                    Tensor fresh = tensor(
                        (p.Kind == ParameterKind.RunningMean ? input.Mean : input.Variance).Select(x => (float)x).ToArray()
                    );
                    layout.View(statistics, p).copy_(fresh);
                    arrays.Slot(p)!.copy_(fresh);
                }
            }
        );
        return new WeightSet(layout, values, statistics);
    }

    /// <summary>Puts y → scale · y + shift of a layer's units into its arrays.</summary>
    /// <param name="layout">Of the buffer.</param>
    /// <param name="values">Float32 [P]; changed.</param>
    /// <param name="arrays">The layer's.</param>
    /// <param name="scale">[units].</param>
    /// <param name="shift">[units]; 0 where the layer has nothing that shifts.</param>
    public static void Fold(ParameterLayout layout, Tensor values, IEnumerable<Parameter> arrays, double[] scale, double[] shift)
    {
        using var scope = NewDisposeScope();
        Tensor factor = tensor(scale).to(ScalarType.Float32),
            offset = tensor(shift).to(ScalarType.Float32);
        foreach (Parameter p in arrays)
        {
            Tensor target = layout.View(values, p);
            target.mul_(factor.view([-1, .. Enumerable.Repeat(1L, p.Shape.Count - 1)]));
            if (IsShift(p))
                target.PlusInPlace(offset);
        }
    }

    /// <summary>Whether an array shifts its layer's units.</summary>
    public static bool IsShift(Parameter p) => p.Kind is ParameterKind.Bias or ParameterKind.NormBias;
}

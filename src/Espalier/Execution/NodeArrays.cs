using Espalier.Networks;
using Espalier.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Execution;

/// <summary>
/// The arrays of every node as views of flat buffers, ready for the forward pass. Node i has entry i, null where it has no such array.
/// </summary>
internal sealed class NodeArrays : IDisposable
{
    public NodeArrays(Network network)
    {
        Weight = new Tensor?[network.Nodes.Count];
        Bias = new Tensor?[network.Nodes.Count];
        RunningMean = new Tensor?[network.Nodes.Count];
        RunningVariance = new Tensor?[network.Nodes.Count];
    }

    public Tensor?[] Weight { get; }

    public Tensor?[] Bias { get; }

    public Tensor?[] RunningMean { get; }

    public Tensor?[] RunningVariance { get; }

    /// <summary>Copies of a network's weights on a device, for inference.</summary>
    public static NodeArrays Of(WeightSet weights, Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        // Where all is to be exact, so are scales, shifts and statistics; else they stay float32.
        ScalarType master = type == ScalarType.Float64 ? type : ScalarType.Float32;
        Tensor values = weights.Values.to(master, device);
        NodeArrays arrays = Of(weights.Layout, values, values.to(type), weights.Statistics.to(master, device));
        GC.KeepAlive(weights); // which whoever calls this may hold no longer, and with them what is being copied
        return arrays;
    }

    /// <summary>Views of flat buffers.</summary>
    /// <param name="layout">Of the buffers.</param>
    /// <param name="values">Float32 [P].</param>
    /// <param name="computed">The same values in the precision of the activations; may be <paramref name="values"/> itself.</param>
    /// <param name="statistics">Float32 [Q].</param>
    public static NodeArrays Of(ParameterLayout layout, Tensor values, Tensor computed, Tensor statistics)
    {
        var arrays = new NodeArrays(layout.Network);
        foreach (Parameter p in layout.Network.Parameters)
            arrays.Slot(p) = layout.View(IsNormalisation(p) ? values : computed, p).DetachFromDisposeScope();
        foreach (Parameter p in layout.Network.Buffers)
            arrays.Slot(p) = layout.View(statistics, p).DetachFromDisposeScope();
        return arrays;
    }

    /// <summary>Normalisations keep float32 scales and shifts whatever the activations are in.</summary>
    public static bool IsNormalisation(Parameter p) => p.Kind is ParameterKind.NormWeight or ParameterKind.NormBias;

    /// <summary>Where an array belongs.</summary>
    public ref Tensor? Slot(Parameter p)
    {
        switch (p.Kind)
        {
            case ParameterKind.RunningMean:
                return ref RunningMean[p.Node];
            case ParameterKind.RunningVariance:
                return ref RunningVariance[p.Node];
            case ParameterKind.Bias or ParameterKind.NormBias:
                return ref Bias[p.Node];
            default:
                return ref Weight[p.Node];
        }
    }

    public void Dispose()
    {
        foreach (Tensor? view in Weight.Concat(Bias).Concat(RunningMean).Concat(RunningVariance))
            view?.Dispose();
    }
}

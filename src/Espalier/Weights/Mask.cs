using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Weights;

/// <summary>
/// Which weights a sparse network keeps. A value over one network's flat layout; weights outside the prunable arrays are always kept,
/// so an invalid mask cannot be made.
/// </summary>
public sealed class Mask : IDisposable
{
    private readonly Dictionary<string, long> _prunedOf; // by name of a prunable array
    private readonly Tensor _pruned;
    private bool _isDisposed;

    /// <summary>Takes over the set of pruned weights.</summary>
    /// <param name="layout">Of the network.</param>
    /// <param name="prunable">The arrays that pruning may touch.</param>
    /// <param name="pruned">Bool [P], true where a weight is removed; owned from here on.</param>
    /// <exception cref="InputException">A weight outside the prunable arrays is pruned.</exception>
    public Mask(ParameterLayout layout, IReadOnlyList<Parameter> prunable, Tensor pruned)
    {
        if (pruned.dtype != ScalarType.Bool || pruned.dim() != 1 || pruned.shape[0] != layout.Length)
            throw new ArgumentException(
                $"expected bool [{layout.Length}], got {pruned.dtype} [{string.Join(",", pruned.shape)}]",
                nameof(pruned)
            );
        Layout = layout;
        Prunable = [.. prunable];
        _pruned = pruned.DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        _prunedOf = Prunable.ToDictionary(p => p.Name, p => HostRead.Item<long>(layout.Slice(pruned, p).sum()), StringComparer.Ordinal);
        long outside = HostRead.Item<long>(pruned.sum()) - _prunedOf.Values.Sum();
        if (outside != 0)
            throw new InputException($"The mask prunes {Counted.Of(outside, "weight")} outside its prunable arrays; expected none.");
    }

    /// <summary>Names and places.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The network it is for.</summary>
    public Network Network => Layout.Network;

    /// <summary>The arrays that pruning may touch.</summary>
    public IReadOnlyList<Parameter> Prunable { get; }

    /// <summary>Bool [P], true where a weight is removed. Read only: others have <see cref="ToFactors"/>, a copy.</summary>
    internal Tensor Pruned =>
        _isDisposed
            ? throw new ObjectDisposedException(nameof(Mask), $"A mask of {Network} is used that was disposed of before.")
            : _pruned;

    /// <summary>The mask that keeps everything.</summary>
    public static Mask Dense(ParameterLayout layout, IReadOnlyList<Parameter> prunable) =>
        new(layout, prunable, zeros(layout.Length, ScalarType.Bool));

    /// <summary>The same mask with a buffer of its own.</summary>
    public Mask Copy() => new(Layout, Prunable, Pruned.clone());

    /// <summary>Weights kept in one array.</summary>
    public long Kept(Parameter parameter) => parameter.Count - _prunedOf.GetValueOrDefault(parameter.Name);

    /// <summary>Weights kept of each output unit of a weight array: its fan-in.</summary>
    /// <returns>Int64 [out]; the caller disposes it.</returns>
    public Tensor KeptOfUnits(Parameter weight)
    {
        using var scope = NewDisposeScope();
        // Whatever the order of the other dimensions in storage, the output unit is the first.
        return Layout.Slice(Pruned, weight).view(weight.Units, -1).logical_not().sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>Weights in the prunable arrays, N.</summary>
    public long PrunableCount => Prunable.Sum(p => (long)p.Count);

    /// <summary>Weights kept in the prunable arrays.</summary>
    public long KeptCount => Prunable.Sum(Kept);

    /// <summary>1 − kept / N over the prunable arrays: the paper's S.</summary>
    public double Sparsity => 1 - (double)KeptCount / PrunableCount;

    /// <summary>The same over all convolution and linear weights, prunable or not.</summary>
    public double SparsityOfAllWeights
    {
        get
        {
            long all = Network.Parameters.Where(p => p.IsWeight).Sum(p => (long)p.Count);
            return (double)(PrunableCount - KeptCount) / all;
        }
    }

    /// <summary>Multiply-accumulates of a forward pass that skips pruned weights, for one image.</summary>
    public long MultiplyAccumulates =>
        Network.Parameters.Sum(p => Kept(p) * Network.UsesPerWeight(p)) + Network.WeightlessMultiplyAccumulates();

    /// <summary>1 where kept, 0 where pruned, as numbers on a device.</summary>
    /// <returns>[P] of the given type; the caller disposes it.</returns>
    public Tensor ToFactors(Device device, ScalarType type)
    {
        using Tensor kept = Pruned.logical_not();
        return kept.to(type, device);
    }

    /// <summary>Whether two masks prune the same weights of the same network.</summary>
    public bool BitEquals(Mask other) => Layout.Fits(other.Layout) && Pruned.bytes.SequenceEqual(other.Pruned.bytes);

    /// <summary>Frees the buffer; whatever reads it afterwards gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _pruned.Dispose();
    }
}

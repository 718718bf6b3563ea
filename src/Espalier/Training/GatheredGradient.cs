using Espalier.Execution;
using Espalier.Networks;
using Espalier.Weights;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// Gradients that a backward pass leaves wherever they were computed, brought to one flat buffer together: adding each to its place takes a
/// GPU a kernel for every array.
/// </summary>
internal sealed class GatheredGradient : IDisposable
{
    private readonly Tensor _gradient;
    private readonly Tensor? _order; // int64 [P]: where a value of the flat buffer lies among those of all arrays, type by type
    private readonly Array[][] _types; // arrays of one type together

    /// <param name="layout">Of the flat buffer.</param>
    /// <param name="arrays">Leaves whose gradients are wanted.</param>
    /// <param name="gradient">Gets them: float32 [P].</param>
    public GatheredGradient(ParameterLayout layout, NodeArrays arrays, Tensor gradient)
    {
        _gradient = gradient;
        Array[] all = [.. layout.Network.Parameters.Select(p => new Array(p, arrays.Slot(p)!))];
        _types = [.. all.GroupBy(array => array.Leaf.dtype).Select(type => type.ToArray())];
        if (_types.Length == 1)
            return;
        long[] order = new long[layout.Length];
        long at = 0;
        foreach (Parameter p in _types.SelectMany(type => type).Select(array => array.Parameter))
            for (long i = 0; i < p.Count; i++)
                order[layout.Offset(p) + i] = at++;
        using var scope = NewDisposeScope();
        _order = tensor(order).to(gradient.device).DetachFromDisposeScope();
    }

    /// <summary>Before a backward pass: there are none.</summary>
    public void Forget()
    {
        foreach (Array array in _types.SelectMany(type => type))
            array.Leaf.grad = null;
    }

    /// <summary>After it.</summary>
    public void Gather()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] types = [.. _types.Select(type => cat([.. type.Select(array => array.Gradient())], 0).to(ScalarType.Float32))];
        _gradient.copy_(_order is null ? types[0] : cat(types, 0).index_select(0, _order));
        Forget();
    }

    public void Dispose() => _order?.Dispose();

    private sealed record Array(Parameter Parameter, Tensor Leaf)
    {
        /// <summary>In the order of storage: [count].</summary>
        public Tensor Gradient()
        {
            Tensor gradient = Leaf.grad ?? zeros_like(Leaf);
            return ParameterLayout.InStorageOrder(gradient, Parameter);
        }
    }
}

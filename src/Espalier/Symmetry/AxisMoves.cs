using Espalier.Networks;
using static TorchSharp.torch;

namespace Espalier.Symmetry;

/// <summary>Moves an array's entries along its axes as a permutation says.</summary>
internal static class AxisMoves
{
    /// <param name="array">In PyTorch's shape.</param>
    /// <param name="axes">For each dimension.</param>
    /// <param name="sources">For each group, the unit that moves to each position.</param>
    /// <param name="except">A dimension to leave; −1 for none.</param>
    public static Tensor Apply(Tensor array, IReadOnlyList<Axis?> axes, IReadOnlyList<IReadOnlyList<int>> sources, int except = -1)
    {
        for (int dim = 0; dim < axes.Count; dim++)
            if (dim != except && axes[dim] is { IsPermutable: true } axis)
                array = axis.Blocks == 1 ? array.index_select(dim, tensor(axis.Expand(sources))) : WithinBlocks(array, axis, sources);
        return array;
    }

    /// <summary>
    /// Dimension 1 of an array whose b-th part of rows, already moved as wholes, sees the b-th part of the axis.
    /// </summary>
    private static Tensor WithinBlocks(Tensor array, Axis axis, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        long seen = array.shape[1];
        long[] index = [.. axis.Expand(sources).Select(feature => feature % seen)];
        long[] shape = [axis.Blocks, array.shape[0] / axis.Blocks, seen, -1];
        Tensor parts = array.reshape(shape);
        return parts.gather(2, tensor(index).view(axis.Blocks, 1, seen, 1).expand(parts.shape)).reshape(array.shape);
    }
}

using Espalier.Networks;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Matching;

/// <summary>
/// Units of a group in an array whose rows lie in blocks that see a part of the inputs each: the weight of a grouped convolution,
/// [out, in / groups, …].
/// </summary>
internal static class BlockRows
{
    /// <summary>In how many; 1 for other arrays.</summary>
    public static int Blocks(IReadOnlyList<Axis?> axes) => axes.Max(axis => axis?.Blocks ?? 1);

    /// <summary>For every run of a group within one block of rows, its first unit and a matrix with one row a unit.</summary>
    /// <param name="array">In PyTorch's shape.</param>
    /// <param name="dim">0 or 1.</param>
    /// <param name="axis">Along it.</param>
    /// <param name="group">Its index.</param>
    /// <param name="blocks">Of rows.</param>
    public static IEnumerable<(int Unit, Tensor Rows)> Of(Tensor array, int dim, Axis axis, int group, int blocks)
    {
        int size = axis.Features / blocks; // features of the axis that belong to a block
        long rows = array.shape[0] / blocks;
        int start = 0;
        foreach (AxisSegment segment in axis.Segments)
        {
            // A run is a part of one block, or whole blocks.
            if (segment.Group == group)
                for (int at = start; at < start + segment.Features; )
                {
                    int block = at / size,
                        count = Math.Min(start + segment.Features, (block + 1) * size) - at;
                    Tensor part = array.narrow(0, block * rows, rows).narrow(dim, at % size, count);
                    yield return (at - start, part.movedim([dim], [0]).reshape(count, -1));
                    at += count;
                }
            start += segment.Features;
        }
    }

    /// <summary>Adds the score of every pair of units that share a block as it is now.</summary>
    /// <param name="scores">[units of B, units of A].</param>
    /// <param name="arrays">A's, all of it permuted, and B's.</param>
    /// <param name="dim">0 or 1.</param>
    /// <param name="axis">Along it.</param>
    /// <param name="group">Its index.</param>
    /// <param name="blocks">Of rows.</param>
    /// <param name="source">For each position the unit of A that is there.</param>
    public static void AddScores(
        Tensor scores,
        (Tensor A, Tensor B) arrays,
        int dim,
        Axis axis,
        int group,
        int blocks,
        IReadOnlyList<int> source
    )
    {
        ComputeThreads.Enter();
        foreach (
            ((int unit, Tensor a), (_, Tensor b)) in Of(arrays.A, dim, axis, group, blocks).Zip(Of(arrays.B, dim, axis, group, blocks))
        )
        {
            Tensor columns = tensor([.. Enumerable.Range(unit, (int)a.shape[0]).Select(position => (long)source[position])]);
            scores.narrow(0, unit, b.shape[0]).index_add_(1, columns, b.mm(a.t()), Held.One);
        }
    }
}

using Espalier.Onnx.Values;

namespace Espalier.Onnx.Operators;

/// <summary>Lengths of axes after they are moved, and arrays that are moved themselves.</summary>
internal static class Moving
{
    /// <summary>What Reshape asks for: 0 keeps a length, -1 is whatever is left.</summary>
    public static long[] Target(Step step, long[] lengths, long[] asked)
    {
        Int128 all = Product(lengths),
            known = 1;
        bool keeps = step.Int("allowzero", 0) == 0;
        long[] target = [.. asked.Select((length, i) => length == 0 && keeps && i < lengths.Length ? lengths[i] : length)];
        foreach (long length in target)
            if (length is < -1 or 0 || (known *= length == -1 ? 1 : length) > long.MaxValue)
                throw step.Refuse($"asks for the shape [{string.Join(",", asked.Take(8))}]");
        int open = target.Count(length => length == -1);
        if (open > 1 || (open == 1 ? all % known != 0 : all != known))
            throw step.Refuse(
                $"asks for the shape [{string.Join(",", asked.Take(8))}] of [{string.Join(",", lengths)}]: "
                    + "these have other numbers of values, maybe since one has a fixed number of images"
            );
        return [.. target.Select(length => length == -1 ? (long)(all / known) : length)];
    }

    /// <summary>With axes of length 1 put in.</summary>
    public static long[] Unsqueezed(Step step, long[] lengths, long[] axes)
    {
        int rank = lengths.Length + axes.Length;
        int[] added = [.. axes.Select(axis => step.Axis(axis, rank)).Distinct()];
        if (added.Length != axes.Length || rank > 16)
            throw step.Refuse("names an axis twice, or too many");
        var left = new Queue<long>(lengths);
        return [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : left.Dequeue())];
    }

    /// <summary>The order that Transpose asks for.</summary>
    public static int[] Order(Step step, int rank)
    {
        long[] order = step.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        int[] axes = [.. order.Select(axis => step.Axis(axis, rank))];
        return axes.Length == rank && axes.Distinct().Count() == rank
            ? axes
            : throw step.Refuse($"has perm [{string.Join(",", order.Take(8))}]; expected each of {rank} axes once");
    }

    /// <summary>An array with its numbers moved.</summary>
    public static Constant Transposed(Step step, Constant array, int[] order)
    {
        int[] dims = [.. order.Select(axis => array.Dims[axis])],
            strides = new int[dims.Length];
        for (int axis = array.Dims.Length - 1, stride = 1; axis >= 0; stride *= array.Dims[axis--])
            strides[Array.IndexOf(order, axis)] = stride;
        return Taken(step, array, dims, 0, strides);
    }

    /// <summary>Numbers of an array: from one on, each axis with its distance.</summary>
    public static Constant Taken(Step step, Constant array, int[] dims, int first, int[] strides)
    {
        int count = dims.Aggregate(1, (product, length) => product * length);
        step.File.Make(8L * count);
        float[] floats = array.IsWhole ? [] : array.Floats();
        long[] longs = array.IsWhole ? new long[count] : [];
        float[] moved = array.IsWhole ? [] : new float[count];
        int[] place = new int[dims.Length];
        for (int i = 0, at = first; i < count; i++)
        {
            if (array.IsWhole)
                longs[i] = array.Long(at);
            else
                moved[i] = floats[at];
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++place[axis] < dims[axis])
                    break;
                at -= strides[axis] * dims[axis];
                place[axis] = 0;
            }
        }
        return array.IsWhole ? Constant.Of(array.Name, dims, longs) : Constant.Of(array.Name, dims, moved);
    }

    /// <summary>Their product.</summary>
    public static Int128 Product(IEnumerable<long> lengths) => lengths.Aggregate((Int128)1, (product, length) => product * length);
}

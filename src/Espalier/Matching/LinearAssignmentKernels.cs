using System.Numerics;
using System.Runtime.InteropServices;

namespace Espalier.Matching;

/// <summary>
/// The inner loops of <see cref="LinearAssignmentSolver"/>, a vector of columns at a time. Spans are whole vectors, but for Copy.
/// Every result is the one a scalar loop from the left would give, so that it does not depend on the vector width.
/// </summary>
internal static class LinearAssignmentKernels
{
    private static readonly int Width = Vector<double>.Count;

    /// <summary>Copies a row times <paramref name="sign"/>; the copy may be longer than the row.</summary>
    /// <returns>The first index whose magnitude is not within <paramref name="limit"/>, NaN included, or -1.</returns>
    internal static int Copy(ReadOnlySpan<double> row, Span<double> copy, double sign, double limit)
    {
        ref double source = ref MemoryMarshal.GetReference(row),
            target = ref MemoryMarshal.GetReference(copy);
        Vector<long> usable = Vector<long>.AllBitsSet;
        Vector<double> most = new(limit);
        int j = 0;
        for (; j <= row.Length - Width; j += Width)
        {
            Vector<double> value = Vector.LoadUnsafe(ref source, (nuint)j);
            usable &= Vector.LessThanOrEqual(Vector.Abs(value), most);
            (value * sign).StoreUnsafe(ref target, (nuint)j);
        }
        for (; j < row.Length; j++)
        {
            copy[j] = row[j] * sign;
            if (!(Math.Abs(row[j]) <= limit))
                usable = Vector<long>.Zero;
        }
        if (usable == Vector<long>.AllBitsSet)
            return -1;
        j = 0;
        while (Math.Abs(row[j]) <= limit)
            j++;
        return j;
    }

    /// <summary>Lowers each column's minimum to this row's cost where that is less, and notes the row.</summary>
    internal static void LowerColumns(ReadOnlySpan<double> costs, Span<double> minima, Span<long> rows, int row)
    {
        ref double cost = ref MemoryMarshal.GetReference(costs),
            minimum = ref MemoryMarshal.GetReference(minima);
        ref long argument = ref MemoryMarshal.GetReference(rows);
        Vector<long> here = new(row);
        for (nuint j = 0; j < (nuint)costs.Length; j += (nuint)Width)
        {
            Vector<double> c = Vector.LoadUnsafe(ref cost, j),
                old = Vector.LoadUnsafe(ref minimum, j);
            Vector<long> less = Vector.LessThan(c, old);
            Vector.ConditionalSelect(less, c, old).StoreUnsafe(ref minimum, j);
            Vector.ConditionalSelect(less, here, Vector.LoadUnsafe(ref argument, j)).StoreUnsafe(ref argument, j);
        }
    }

    /// <summary>The least reduced cost (cost − price) of a row, its first column, and the second least, which may equal it.</summary>
    internal static (double Least, int Column, double Second) TwoLeast(ReadOnlySpan<double> costs, ReadOnlySpan<double> prices)
    {
        ref double cost = ref MemoryMarshal.GetReference(costs),
            price = ref MemoryMarshal.GetReference(prices);
        Vector<double> least = new(double.PositiveInfinity),
            second = least;
        Vector<long> column = Vector<long>.Zero,
            here = Vector<long>.Indices,
            step = new(Width);
        for (nuint j = 0; j < (nuint)costs.Length; j += (nuint)Width)
        {
            Vector<double> reduced = Vector.LoadUnsafe(ref cost, j) - Vector.LoadUnsafe(ref price, j);
            Vector<long> less = Vector.LessThan(reduced, least);
            second = Vector.MinNative(second, Vector.MaxNative(reduced, least));
            least = Vector.ConditionalSelect(less, reduced, least);
            column = Vector.ConditionalSelect(less, here, column);
            here += step;
        }
        return AcrossLanes(least, column, second);
    }

    private static (double Least, int Column, double Second) AcrossLanes(Vector<double> least, Vector<long> column, Vector<double> second)
    {
        int best = 0;
        for (int lane = 1; lane < Width; lane++)
            if (least[lane] < least[best] || (least[lane] == least[best] && column[lane] < column[best]))
                best = lane;
        double next = second[best];
        for (int lane = 0; lane < Width; lane++)
            if (lane != best)
                next = Math.Min(next, least[lane]);
        return (least[best], (int)column[best], next);
    }

    /// <summary>Lowers each column's distance to that through this row, cost − price − <paramref name="offset"/>, where less.</summary>
    /// <returns>The least of all distances.</returns>
    internal static double Relax(
        ReadOnlySpan<double> costs,
        ReadOnlySpan<double> prices,
        Span<double> distances,
        Span<long> previous,
        int row,
        double offset
    )
    {
        ref double cost = ref MemoryMarshal.GetReference(costs),
            price = ref MemoryMarshal.GetReference(prices);
        ref double distance = ref MemoryMarshal.GetReference(distances);
        ref long from = ref MemoryMarshal.GetReference(previous);
        Vector<double> nearest = new(double.PositiveInfinity),
            shift = new(offset);
        Vector<long> here = new(row);
        for (nuint j = 0; j < (nuint)costs.Length; j += (nuint)Width)
        {
            Vector<double> through = Vector.LoadUnsafe(ref cost, j) - Vector.LoadUnsafe(ref price, j) - shift;
            Vector<double> old = Vector.LoadUnsafe(ref distance, j);
            Vector<long> less = Vector.LessThan(through, old);
            if (less != Vector<long>.Zero)
            {
                old = Vector.ConditionalSelect(less, through, old);
                old.StoreUnsafe(ref distance, j);
                Vector.ConditionalSelect(less, here, Vector.LoadUnsafe(ref from, j)).StoreUnsafe(ref from, j);
            }
            nearest = Vector.MinNative(nearest, old);
        }
        double least = nearest[0];
        for (int lane = 1; lane < Width; lane++)
            least = Math.Min(least, nearest[lane]);
        return least;
    }

    /// <summary>The first index that holds exactly this value, or -1.</summary>
    internal static int IndexOf(ReadOnlySpan<double> values, double value)
    {
        ref double first = ref MemoryMarshal.GetReference(values);
        Vector<double> wanted = new(value);
        for (int j = 0; j < values.Length; j += Width)
        {
            if (!Vector.EqualsAny(Vector.LoadUnsafe(ref first, (nuint)j), wanted))
                continue;
            while (values[j] != value)
                j++;
            return j;
        }
        return -1;
    }
}

using System.Numerics;

namespace Espalier.Collectives;

/// <summary>Sums of the same values of all ranks: value by value, always in the ranks' order, so that no bit depends on who adds.</summary>
internal static class Addition
{
    /// <summary>sum ← a + b.</summary>
    public static void Add<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> sum)
        where T : unmanaged, INumber<T>
    {
        int at = 0,
            width = Vector<T>.Count;
        for (; at <= sum.Length - width; at += width)
            (new Vector<T>(a[at..]) + new Vector<T>(b[at..])).CopyTo(sum[at..]);
        for (; at < sum.Length; at++)
            sum[at] = a[at] + b[at];
    }
}

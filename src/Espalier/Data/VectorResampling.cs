using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Espalier.Data;

/// <summary>
/// The sums of <see cref="Resampling"/>, several at a time. Bytes are multiplied by the lower 15 bits of weights and by the others, two
/// neighbours at once; both sums together are the whole one, so that the bits are those of one number after the other.
/// </summary>
internal static class VectorResampling
{
    /// <summary>Bytes behind a line that are overwritten.</summary>
    public const int Overrun = 1;

    private const int Columns = 16;

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    // Bytes of two neighbouring pixels, side by side for each channel, as words: each is one of the bytes below a zero (0x80).
    private static readonly Vector256<byte> s_pairs = Vector256
        .Create(0x8005_8001_8004_8000, 0x8007_8003_8006_8002, 0x800D_8009_800C_8008, 0x800F_800B_800E_800A)
        .AsByte();

    /// <summary>A line of pixels of four bytes.</summary>
    /// <returns>False where a vector would reach behind the end of the array: nothing was written then.</returns>
    public static bool Across(ReadOnlySpan<byte> row, ResamplingTaps taps, Span<byte> to)
    {
        if (row.Length < (taps.End + ResamplingTaps.Together) * 4)
            return false;
        Vector256<int> low = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1),
            high = Vector256.Create(2, 2, 2, 2, 3, 3, 3, 3);
        Vector128<int> half = Vector128.Create(ResamplingTaps.Half);
        ref byte from = ref MemoryMarshal.GetReference(row);
        ref byte target = ref MemoryMarshal.GetReference(to[..(3 * taps.First.Length + Overrun)]);
        for (int x = 0; x < taps.First.Length; x++)
        {
            ref byte pixel = ref Unsafe.Add(ref from, taps.First[x] * 4);
            ReadOnlySpan<int> fours = taps.FoursOf(x);
            Vector256<int> lows = Vector256<int>.Zero,
                highs = Vector256<int>.Zero;
            for (int k = 0; k < fours.Length; k += 4)
            {
                Vector128<byte> four = Vector128.LoadUnsafe(ref pixel, (nuint)(k * 4));
                Vector256<short> pairs = Avx2.Shuffle(Vector256.Create(four, four), s_pairs).AsInt16();
                Vector256<int> weights = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(fours), (nuint)k).ToVector256Unsafe();
                lows += Avx2.MultiplyAddAdjacent(pairs, Avx2.PermuteVar8x32(weights, low).AsInt16());
                highs += Avx2.MultiplyAddAdjacent(pairs, Avx2.PermuteVar8x32(weights, high).AsInt16());
            }
            Vector256<int> both = lows + (highs << ResamplingTaps.LowBits);
            Vector128<int> sum = (both.GetLower() + both.GetUpper() + half) >> ResamplingTaps.Bits;
            Vector128<short> words = Sse2.PackSignedSaturate(sum, sum);
            // The fourth byte is overwritten by the next pixel.
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 3 * x), Sse2.PackUnsignedSaturate(words, words).AsUInt32()[0]);
        }
        return true;
    }

    /// <summary>A line out of several.</summary>
    /// <param name="rows">The first of them, the others behind it.</param>
    /// <param name="line">Bytes of each.</param>
    /// <param name="fours">Their weights, see <see cref="ResamplingTaps.FoursOf"/>.</param>
    /// <param name="taps">How many there are.</param>
    /// <param name="to">Gets the line.</param>
    /// <returns>Bytes that were written.</returns>
    public static int Down(ReadOnlySpan<byte> rows, int line, ReadOnlySpan<int> fours, int taps, Span<byte> to)
    {
        // What is read: whole vectors of each row.
        rows = rows[..(line * taps)];
        ref byte from = ref MemoryMarshal.GetReference(rows);
        ref byte target = ref MemoryMarshal.GetReference(to[..line]);
        int x = 0;
        for (; x + Columns <= line; x += Columns)
        {
            Vector256<int> lowA = Vector256<int>.Zero,
                lowB = lowA,
                highA = lowA,
                highB = lowA;
            for (int k = 0, at = 0; k < taps; k += 2, at = (at & 1) == 0 ? at + 1 : at + 3)
            {
                Vector128<byte> first = Vector128.LoadUnsafe(ref from, (nuint)(k * line + x)),
                    second = k + 1 < taps ? Vector128.LoadUnsafe(ref from, (nuint)((k + 1) * line + x)) : Vector128<byte>.Zero;
                Vector256<short> a = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(first, second)),
                    b = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(first, second)),
                    low = Vector256.Create(fours[at]).AsInt16(),
                    high = Vector256.Create(fours[at + 2]).AsInt16();
                lowA += Avx2.MultiplyAddAdjacent(a, low);
                lowB += Avx2.MultiplyAddAdjacent(b, low);
                highA += Avx2.MultiplyAddAdjacent(a, high);
                highB += Avx2.MultiplyAddAdjacent(b, high);
            }
            Vector256<short> words = Avx2.PackSignedSaturate(Whole(lowA, highA), Whole(lowB, highB));
            // Packing takes halves of vectors: 0 to 3, 8 to 11, 4 to 7, 12 to 15.
            words = Avx2.Permute4x64(words.AsInt64(), 0b_11_01_10_00).AsInt16();
            Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper()).StoreUnsafe(ref target, (nuint)x);
        }
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Whole(Vector256<int> lows, Vector256<int> highs) =>
        (lows + (highs << ResamplingTaps.LowBits) + Vector256.Create(ResamplingTaps.Half)) >> ResamplingTaps.Bits;
}

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Espalier.Randomness;

/// <summary>
/// A named stream of random numbers derived from one seed. The same seed, name and index give the same numbers on every machine,
/// whatever other streams were read before: <c>B.init</c> does not depend on how long A was trained.
/// </summary>
/// <remarks>xoshiro256** (Blackman and Vigna 2018), seeded by SHA-256 of "seed/name/index".</remarks>
public sealed class RandomStream
{
    private ulong _s0,
        _s1,
        _s2,
        _s3;

    /// <summary>Opens a stream.</summary>
    /// <param name="seed">The run's one seed.</param>
    /// <param name="name">What the numbers are for, such as <c>A.init</c> or <c>sparse.data</c>.</param>
    /// <param name="index">Position in a family of streams, such as the epoch; a stream is resumed by its index, with no state to
    /// save.</param>
    public RandomStream(long seed, string name, long index = 0)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}/{index}"));
        _s0 = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        _s1 = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8));
        _s2 = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(16));
        _s3 = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(24));
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9,
            t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform integer in [0, <paramref name="bound"/>), without bias (Lemire 2019).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        UInt128 product = (UInt128)NextBits() * (ulong)bound;
        if ((ulong)product < (ulong)bound)
        {
            ulong threshold = (0UL - (ulong)bound) % (ulong)bound;
            while ((ulong)product < threshold)
                product = (UInt128)NextBits() * (ulong)bound;
        }
        return (int)(product >> 64);
    }

    /// <summary>Standard normal (Box-Muller; the second value is dropped, so that a stream has no hidden half).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A uniformly random ordering of 0..<paramref name="count"/>-1 (Fisher-Yates).</summary>
    public int[] NextOrder(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = NextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}

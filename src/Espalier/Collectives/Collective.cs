using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>What ranks do with the few things that every <see cref="ICollective"/> can.</summary>
public static class Collective
{
    /// <summary>The most bytes that a rank can bring to <see cref="ICollective.Gather"/>.</summary>
    public const int MostGathered = 1 << 16;

    /// <summary>What rank 0 has, on all ranks.</summary>
    /// <param name="ranks">All of them.</param>
    /// <param name="bytes">Of rank 0; others' are not looked at.</param>
    public static byte[] Share(this ICollective ranks, byte[] bytes)
    {
        if (ranks.Size == 1)
            return bytes;
        using var scope = NewDisposeScope();
        byte[] length = ranks.Gather(ranks.Rank == 0 ? BitConverter.GetBytes(bytes.Length) : [])[0];
        int count = BitConverter.ToInt32(length);
        if (count == 0)
            return [];
        Tensor shared = ranks.Rank == 0 ? tensor(bytes, ScalarType.Byte) : zeros(count, ScalarType.Byte);
        ranks.Broadcast(shared);
        return ranks.Rank == 0 ? bytes : shared.bytes.ToArray();
    }

    /// <summary>Refuses ranks that bring different texts.</summary>
    /// <param name="ranks">All of them.</param>
    /// <param name="text">What must be the same.</param>
    /// <param name="what">What it says of a rank, for the sentence: <c>other options</c>.</param>
    /// <param name="expected">What would do, for the sentence.</param>
    /// <exception cref="InputException">Some rank's differs from rank 0's: all ranks throw.</exception>
    public static void MustAgree(this ICollective ranks, string text, string what, string expected) =>
        ranks.MustAgree(SHA256.HashData(Encoding.UTF8.GetBytes(text)), what, expected);

    /// <inheritdoc cref="MustAgree(ICollective, string, string, string)"/>
    /// <param name="ranks">All of them.</param>
    /// <param name="digest">What must be the same; at most <see cref="MostGathered"/> bytes.</param>
    /// <param name="what">What it says of a rank.</param>
    /// <param name="expected">What would do.</param>
    public static void MustAgree(this ICollective ranks, byte[] digest, string what, string expected)
    {
        if (ranks.Size == 1)
            return;
        byte[][] all = ranks.Gather(digest);
        int other = Array.FindIndex(all, one => !one.AsSpan().SequenceEqual(all[0]));
        if (other > 0)
            throw new InputException($"Rank {other} of {ranks.Size} has {what} than rank 0; expected {expected}.");
    }

    /// <summary>What is thrown for values of a type that ranks cannot add up.</summary>
    internal static ArgumentException NotSummed(ScalarType type) =>
        new($"sums of {type} are not known; expected float32, float64 or int64");
}

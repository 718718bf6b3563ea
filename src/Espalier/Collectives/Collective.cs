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
    /// <exception cref="SharedRefusalException">Some rank's differs from rank 0's: all ranks throw.</exception>
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
            throw new SharedRefusalException($"Rank {other} of {ranks.Size} has {what} than rank 0; expected {expected}.");
    }

    /// <summary>Does something on every rank; where any of them is refused it, all are, with the sentence of the first.</summary>
    /// <param name="ranks">All of them.</param>
    /// <param name="work">Of this rank: it asks nothing of the others.</param>
    /// <exception cref="SharedRefusalException">Of some rank's <see cref="InputException"/>, where there are several.</exception>
    public static T All<T>(this ICollective ranks, Func<T> work)
    {
        if (ranks.Size == 1)
            return work();
        T? done = default;
        InputException? own = null;
        try
        {
            done = work();
        }
        catch (InputException fault) when (fault is not BrokenRanksException)
        {
            own = fault;
        }
        try
        {
            ranks.MustAllDo(own);
        }
        catch
        {
            (done as IDisposable)?.Dispose(); // such as a lock
            throw;
        }
        return done!;
    }

    /// <inheritdoc cref="All{T}(ICollective, Func{T})"/>
    public static void All(this ICollective ranks, Action work) =>
        ranks.All(() =>
        {
            work();
            return true;
        });

    /// <summary>Refuses all ranks what was refused to any.</summary>
    /// <param name="ranks">All of them.</param>
    /// <param name="own">What was refused to this one; null for nothing.</param>
    /// <exception cref="SharedRefusalException">Something was refused to some rank.</exception>
    internal static void MustAllDo(this ICollective ranks, InputException? own)
    {
        byte[] told = Encoding.UTF8.GetBytes(own?.Message ?? "");
        byte[][] all = ranks.Gather(told.AsSpan(0, Math.Min(told.Length, MostGathered)));
        int first = Array.FindIndex(all, one => one.Length > 0);
        if (first < 0)
            return;
        string sentence = (first == 0 ? "" : $"Rank {first} of {ranks.Size}: ") + Encoding.UTF8.GetString(all[first]);
        throw own is null ? new SharedRefusalException(sentence) : new SharedRefusalException(sentence, own);
    }

    /// <summary>What is thrown for values of a type that ranks cannot add up.</summary>
    internal static ArgumentException NotSummed(ScalarType type) =>
        new($"sums of {type} are not known; expected float32, float64 or int64");
}

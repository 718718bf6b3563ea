using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>
/// Ranks of one machine over memory that they share: no package is needed. Each adds up its share of every piece, always in the order of
/// the ranks.
/// </summary>
/// <remarks>
/// A piece takes a buffer of each rank and two barriers. Buffers are used in turn: who writes to one has passed a barrier that all came to
/// after they had read it.
/// </remarks>
public sealed unsafe class SharedMemoryCollective : ICollective
{
    private const int Block = 4096; // values added before the next rank's: they stay in the core's first cache

    private readonly SharedRegion _region;
    private readonly SharedBarrier _barrier;
    private long _turn;
    private bool _isDisposed;

    private SharedMemoryCollective(SharedRegion region, int rank, int size, Action? check)
    {
        (_region, Rank, Size) = (region, rank, size);
        _barrier = new SharedBarrier(region, rank, size, check);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public string Wire => "shared memory";

    /// <summary>Joins the others, and waits for them; what it has in the folder is gone when all are there.</summary>
    /// <param name="folder">An existing folder of these ranks alone, best in memory (<see cref="NewFolder"/>).</param>
    /// <param name="rank">0 to <paramref name="size"/> − 1; each once.</param>
    /// <param name="size">How many.</param>
    /// <param name="check">Called now and then while this rank waits: throws where it knows that waiting is in vain.</param>
    /// <exception cref="InputException">Others do not come within two minutes, have another number, or the folder has no room.</exception>
    public static SharedMemoryCollective Join(string folder, int rank, int size, Action? check = null)
    {
        if (size < 1 || rank < 0 || rank >= size)
            throw new InputException($"Rank {rank} of {size} is impossible; expected 0 to {size - 1}.");
        SharedRegion region = rank == 0 ? MeetingFolder.Make(folder, size) : MeetingFolder.Find(folder, rank, size, check);
        var all = new SharedMemoryCollective(region, rank, size, check);
        try
        {
            all.Barrier();
            if (rank == 0)
                MeetingFolder.Leave(folder);
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>A new folder for <see cref="Join"/>, in memory where the system has such a place. The caller removes it.</summary>
    public static string NewFolder() => MeetingFolder.New();

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values)
    {
        void* memory = (void*)TensorMemory.OnHost(values);
        long count = Size == 1 ? 0 : values.numel();
        switch (values.dtype)
        {
            case ScalarType.Float32:
                Sum((float*)memory, count);
                break;
            case ScalarType.Float64:
                Sum((double*)memory, count);
                break;
            case ScalarType.Int64:
                Sum((long*)memory, count);
                break;
            default:
                throw Collective.NotSummed(values.dtype);
        }
        GC.KeepAlive(values);
    }

    private void Sum<T>(T* values, long count)
        where T : unmanaged, INumber<T>
    {
        int most = SharedRegion.Piece / sizeof(T);
        for (long at = 0; at < count; at += most)
            SumPiece(values + at, (int)Math.Min(most, count - at), _turn++);
    }

    private void SumPiece<T>(T* own, int count, long turn)
        where T : unmanaged, INumber<T>
    {
        T* Of(int rank) => (T*)_region.Buffer(rank, turn);
        for (int other = 0; other < Size; other++) // each adds up its own share, and needs nobody to copy that
            if (other != Rank)
                Copy(own, Of(Rank), Share(other, count));
        Barrier();
        (int start, int end) = Share(Rank, count);
        T* sum = Of(Rank);
        for (int at = start; at < end; at += Block)
        {
            int length = Math.Min(Block, end - at);
            Span<T> added = new(sum + at, length);
            ReadOnlySpan<T> first = Values(0, at, length);
            for (int rank = 1; rank < Size; rank++, first = added)
                Addition.Add(first, Values(rank, at, length), added);
            added.CopyTo(new Span<T>(own + at, length));
        }
        Barrier();
        for (int other = 0; other < Size; other++)
            if (other != Rank)
                Copy(Of(other), own, Share(other, count));

        ReadOnlySpan<T> Values(int rank, int at, int length) => new((rank == Rank ? own : Of(rank)) + at, length);
    }

    private static void Copy<T>(T* from, T* to, (int Start, int End) part)
        where T : unmanaged =>
        new ReadOnlySpan<T>(from + part.Start, part.End - part.Start).CopyTo(new Span<T>(to + part.Start, part.End - part.Start));

    private (int Start, int End) Share(int rank, int count) => ((int)((long)count * rank / Size), (int)((long)count * (rank + 1) / Size));

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        byte* memory = (byte*)TensorMemory.OnHost(values);
        long bytes = values.numel() * values.ElementSize;
        for (long at = 0; at < bytes; at += SharedRegion.Piece)
        {
            int count = (int)Math.Min(SharedRegion.Piece, bytes - at);
            byte* shared = _region.Buffer(0, _turn++);
            if (Rank == 0)
                new ReadOnlySpan<byte>(memory + at, count).CopyTo(new Span<byte>(shared, count));
            Barrier();
            if (Rank != 0)
                new ReadOnlySpan<byte>(shared, count).CopyTo(new Span<byte>(memory + at, count));
        }
        GC.KeepAlive(values);
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(own.Length, Collective.MostGathered, nameof(own));
        long turn = _turn++;
        *(int*)_region.Buffer(Rank, turn) = own.Length;
        own.CopyTo(new Span<byte>(_region.Buffer(Rank, turn) + sizeof(int), own.Length));
        Barrier();
        return [.. Enumerable.Range(0, Size).Select(Read)];

        byte[] Read(int rank)
        {
            byte* at = _region.Buffer(rank, turn);
            return new ReadOnlySpan<byte>(at + sizeof(int), *(int*)at).ToArray();
        }
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _barrier.Wait();
    }

    /// <inheritdoc/>
    public void Abort(string reason) => _region.End(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Volatile.Write(ref _region.Left(Rank), 1);
        _region.Dispose();
    }
}

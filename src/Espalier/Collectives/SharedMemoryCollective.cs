using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>
/// Ranks of one machine over memory that they share: no package is needed. Each adds up its share of every piece, always in the order of
/// the ranks.
/// </summary>
/// <remarks>
/// A piece takes a buffer of each rank. Buffers are used in turn: who writes to one has passed a barrier that all came to after they had
/// read it.
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

    /// <summary>
    /// One barrier a piece: between two of them every rank takes away the sums of a piece, adds up its share of the next one, and lays out
    /// the one after that.
    /// </summary>
    private void Sum<T>(T* values, long count)
        where T : unmanaged, INumber<T>
    {
        int most = Most<T>();
        long pieces = (count + most - 1) / most,
            first = _turn;
        _turn += pieces;
        for (long piece = -1; piece <= pieces && pieces > 0; piece++)
        {
            if (piece > 0)
                Take(At(piece - 1), Length(piece - 1), first + piece - 1);
            if (piece >= 0 && piece < pieces)
                AddShare(At(piece), Length(piece), first + piece);
            if (piece + 1 < pieces)
                LayOut(At(piece + 1), Length(piece + 1), first + piece + 1);
            if (piece < pieces)
                Barrier();
        }

        T* At(long piece) => values + piece * most;
        int Length(long piece) => (int)Math.Min(most, count - piece * most);
    }

    /// <summary>Shows the others what is theirs to add up; its own share nobody needs.</summary>
    private void LayOut<T>(T* own, int count, long turn)
        where T : unmanaged
    {
        for (int other = 0; other < Size; other++)
            if (other != Rank)
                Share<T>(own, other, count).CopyTo(Shown<T>(Rank, other, turn));
    }

    private void AddShare<T>(T* own, int count, long turn)
        where T : unmanaged, INumber<T>
    {
        Span<T> mine = Share<T>(own, Rank, count),
            sums = Shown<T>(Rank, Rank, turn);
        for (int at = 0; at < mine.Length; at += Block)
        {
            int length = Math.Min(Block, mine.Length - at);
            Span<T> added = sums.Slice(at, length);
            for (int rank = 1; rank < Size; rank++)
                Addition.Add(rank == 1 ? Values(0, mine) : added, Values(rank, mine), added);
            added.CopyTo(mine[at..]);

            ReadOnlySpan<T> Values(int rank, Span<T> mine) =>
                rank == Rank ? mine.Slice(at, length) : Shown<T>(rank, Rank, turn).Slice(at, length);
        }
    }

    private void Take<T>(T* own, int count, long turn)
        where T : unmanaged
    {
        for (int other = 0; other < Size; other++)
            if (other != Rank && Share<T>(own, other, count) is var share)
                Shown<T>(other, other, turn)[..share.Length].CopyTo(share);
    }

    /// <summary>The part of a piece that a rank adds up.</summary>
    private Span<T> Share<T>(T* piece, int rank, int count)
        where T : unmanaged
    {
        (long start, long end) = ((long)count * rank / Size, (long)count * (rank + 1) / Size);
        return new(piece + start, (int)(end - start));
    }

    /// <summary>
    /// Where a rank shows another its values, or all the sums of its own share: always the same place, so that a short piece does not lie
    /// over sums of one before that others still take.
    /// </summary>
    private Span<T> Shown<T>(int rank, int share, long turn)
        where T : unmanaged => Share((T*)_region.Buffer(rank, turn), share, Most<T>());

    /// <summary>Values of a piece: as many for every rank, so that no share of a shorter one is longer.</summary>
    private int Most<T>()
        where T : unmanaged => SharedRegion.Piece / sizeof(T) / Size * Size;

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
    public void Abort(string reason)
    {
        if (!_isDisposed) // the memory is gone by then, and the others know that this rank has left
            _region.End(reason);
    }

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

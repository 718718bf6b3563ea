using System.Diagnostics;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>
/// Ranks of one machine over memory that they share: no package is needed. Each adds up its share of every piece, always in the order of
/// the ranks. Who waits looks whether the others are still there.
/// </summary>
/// <remarks>
/// A piece takes a buffer of each rank and two barriers. Buffers are used in turn: who writes to one has passed a barrier that all came to
/// after they had read it.
/// </remarks>
public sealed unsafe class SharedMemoryCollective : ICollective
{
    private const string FileName = "ranks";
    private const int Block = 4096, // values added before the next rank's: they stay in the core's first cache
        Spins = 2000;

    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(2),
        Look = TimeSpan.FromMilliseconds(200),
        Patience = TimeSpan.FromMinutes(2);

    private static int s_folders;

    private readonly SharedRegion _region;
    private readonly Action? _check;
    private readonly bool _mayspin;
    private long _barriers,
        _turn;
    private bool _isDisposed;

    private SharedMemoryCollective(SharedRegion region, int rank, int size, Action? check)
    {
        (_region, Rank, Size, _check) = (region, rank, size, check);
        _mayspin = size <= Environment.ProcessorCount;
        (region.Began(rank), region.Left(rank)) = (PeerProcess.Here.Began, 0);
        Volatile.Write(ref region.ProcessId(rank), PeerProcess.Here.Id);
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
        string path = Path.Combine(folder, FileName);
        var all = new SharedMemoryCollective(rank == 0 ? Made(path, size) : Found(path, rank, size, check), rank, size, check);
        try
        {
            all.Barrier();
            if (rank == 0)
                File.Delete(path); // the memory stays theirs
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>A new folder for <see cref="Join"/>, in memory where the system has such a place. The caller removes it.</summary>
    public static string NewFolder()
    {
        const string memory = "/dev/shm";
        string place = Directory.Exists(memory) && IsRoomy(memory) ? memory : Path.GetTempPath();
        string folder = Path.Combine(place, $"espalier-ranks-{Environment.ProcessId}-{Interlocked.Increment(ref s_folders)}");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true); // of an earlier process of this number
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Containers often have 64 MB there.</summary>
    private static bool IsRoomy(string place)
    {
        const long enough = 32L << 20;
        try
        {
            return new DriveInfo(place).AvailableFreeSpace > enough;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static SharedRegion Made(string path, int size)
    {
        try
        {
            return SharedRegion.Create(path, size);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Memory that ranks share could not be made: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    private static SharedRegion Found(string path, int rank, int size, Action? check)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (SharedRegion.Open(path, size) is { } region)
                return region;
            check?.Invoke();
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new InputException($"Rank {rank} of {size} waited {Patience.TotalMinutes:0} minutes for rank 0, which did not come.");
            Thread.Sleep(5);
        }
    }

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values)
    {
        void* memory = (void*)TensorMemory.Of(values);
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
                throw new ArgumentException($"sums of {values.dtype} are not known; expected float32, float64 or int64");
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
        byte* memory = (byte*)TensorMemory.Of(values);
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
        long here = ++_barriers;
        Volatile.Write(ref _region.Arrived(Rank), here);
        for (int other = 0; other < Size; other++)
            if (other != Rank && Volatile.Read(ref _region.Arrived(other)) < here)
                WaitFor(other, here);
    }

    private void WaitFor(int other, long barrier)
    {
        if (_mayspin)
            for (int i = 0; i < Spins; i++)
            {
                if (Volatile.Read(ref _region.Arrived(other)) >= barrier)
                    return;
                Thread.SpinWait(8);
            }
        long start = Stopwatch.GetTimestamp(),
            looked = start;
        while (Volatile.Read(ref _region.Arrived(other)) < barrier)
        {
            if (Stopwatch.GetElapsedTime(start) < Eager)
                Thread.Yield();
            else
                Thread.Sleep(1);
            if (Stopwatch.GetElapsedTime(looked) < Look)
                continue;
            looked = Stopwatch.GetTimestamp();
            MustGoOn(other, barrier, start);
        }
    }

    private void MustGoOn(int other, long barrier, long since)
    {
        if (_region.Ended is { } reason)
            throw new InputException(reason);
        _check?.Invoke();
        long id = Volatile.Read(ref _region.ProcessId(other));
        bool isGone =
            id == 0
                ? Stopwatch.GetElapsedTime(since) > Patience
                : Volatile.Read(ref _region.Left(other)) != 0 || !new PeerProcess(id, _region.Began(other)).IsAlive;
        if (!isGone || Volatile.Read(ref _region.Arrived(other)) >= barrier)
            return;
        throw new InputException(
            id == 0
                ? $"Rank {other} of {Size} did not come within {Patience.TotalMinutes:0} minutes."
                : $"Rank {other} of {Size} (process {id}) has ended while the others wait for it."
        );
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

using System.Buffers.Binary;
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>Ranks that MPI started: of one machine or many, over whatever network it knows. Sums are MPI's, in its order.</summary>
public sealed unsafe class MpiCollective : ICollective
{
    private const int Multiple = 3, // threads: the runtime moves work between them
        Serialized = 2,
        Most = 1 << 28; // values of one call, whose count is an int and whose bytes some libraries count in one too

    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(5);

    private readonly MpiLibrary _mpi;

    private MpiCollective(MpiLibrary mpi, int rank, int size) => (_mpi, Rank, Size) = (mpi, rank, size);

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public string Wire => $"MPI ({_mpi.Version})";

    /// <summary>Begins MPI in this process, once: it cannot begin again after it was left.</summary>
    /// <param name="place">What the launcher said, which MPI must agree with.</param>
    /// <exception cref="InputException">There is no MPI, it cannot begin, or it knows of another number of ranks.</exception>
    public static MpiCollective Join(RankPlace place)
    {
        MpiLibrary mpi = MpiLibrary.Load(place.Launcher);
        int begun = 0,
            ended = 0,
            threads = 0,
            rank = 0,
            size = 0;
        mpi.Must(mpi.Finalized(&ended), "say whether it has ended");
        if (ended != 0)
            throw new InputException("MPI was left in this process already, and cannot begin again; expected another process.");
        mpi.Must(mpi.Initialized(&begun), "say whether it has begun");
        if (begun == 0)
            mpi.Must(mpi.Init(null, null, Multiple, &threads), "begin");
        mpi.Must(mpi.SetErrorHandler(mpi.World, mpi.ErrorsReturn), "be told to return errors");
        mpi.Must(mpi.RankOf(mpi.World, &rank), "tell the rank");
        mpi.Must(mpi.SizeOf(mpi.World, &size), "tell how many ranks there are");
        if (begun == 0 && threads < Serialized)
            throw new InputException($"{mpi.Version} allows one thread only to call it (level {threads}); expected MPI_THREAD_SERIALIZED.");
        // A library that does not speak the launcher's language begins as many worlds of one, and each would train alone.
        if (size != place.Size || rank != place.Rank)
            throw new InputException(
                $"This process is rank {place.Rank} of {place.Size} for its launcher and rank {rank} of {size} for {mpi.Version}; expected"
                    + $" that library's own launcher, or srun --mpi={(mpi.IsOpenMpi ? "pmix" : "pmi2")}."
            );
        return new MpiCollective(mpi, rank, size);
    }

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values)
    {
        nint type = values.dtype switch
        {
            ScalarType.Float32 => _mpi.Float,
            ScalarType.Float64 => _mpi.Double,
            ScalarType.Int64 => _mpi.Int64,
            var other => throw Collective.NotSummed(other),
        };
        byte* memory = (byte*)TensorMemory.OnHost(values);
        long width = values.ElementSize;
        for (long at = 0, count = values.numel(); at < count; at += Most)
            _mpi.Must(
                _mpi.AllReduce(_mpi.InPlace, memory + at * width, (int)Math.Min(Most, count - at), type, _mpi.Sum, _mpi.World),
                "add up what ranks have"
            );
        GC.KeepAlive(values);
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        byte* memory = (byte*)TensorMemory.OnHost(values);
        for (long at = 0, bytes = values.numel() * values.ElementSize; at < bytes; at += Most)
            _mpi.Must(
                _mpi.Broadcast(memory + at, (int)Math.Min(Most, bytes - at), _mpi.Byte, 0, _mpi.World),
                "give all ranks what rank 0 has"
            );
        GC.KeepAlive(values);
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(own.Length, Collective.MostGathered, nameof(own));
        int longest = All(BitConverter.GetBytes(own.Length)).Max(length => BinaryPrimitives.ReadInt32LittleEndian(length));
        byte[] padded = new byte[longest + sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(padded, own.Length);
        own.CopyTo(padded.AsSpan(sizeof(int)));
        return [.. All(padded).Select(one => one.AsSpan(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(one)).ToArray())];
    }

    /// <summary>Of as many bytes from every rank.</summary>
    private IEnumerable<byte[]> All(byte[] own)
    {
        byte[] all = new byte[own.Length * Size];
        fixed (byte* sent = own)
        fixed (byte* received = all)
            _mpi.Must(_mpi.AllGather(sent, own.Length, _mpi.Byte, received, own.Length, _mpi.Byte, _mpi.World), "gather what ranks bring");
        return all.Chunk(own.Length);
    }

    /// <inheritdoc/>
    /// <remarks>MPI's own barrier keeps the core busy however long it takes.</remarks>
    public void Barrier()
    {
        nint request = 0;
        int isDone = 0;
        _mpi.Must(_mpi.BeginBarrier(_mpi.World, &request), "wait for all ranks");
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            _mpi.Must(_mpi.Test(&request, &isDone, _mpi.IgnoredStatus), "wait for all ranks");
            if (isDone != 0)
                return;
            if (Stopwatch.GetElapsedTime(start) > Eager)
                Thread.Sleep(1);
            else
                Thread.Yield();
        }
    }

    /// <inheritdoc/>
    /// <remarks>MPI ends all ranks without a word, this one too: whoever calls has said the reason before.</remarks>
    public void Abort(string reason) => _mpi.Abort(_mpi.World, 2);

    /// <inheritdoc/>
    public void Dispose()
    {
        int ended = 0;
        if (_mpi.Finalized(&ended) == 0 && ended == 0)
            _ = _mpi.Finish();
    }
}

using System.Globalization;
using Espalier.Runtime.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Collectives;

/// <summary>
/// Ranks with a GPU each: values on a GPU are added by NCCL in the order of that GPU's own work, and nobody waits for them; all else goes
/// the way by which the ranks found each other.
/// </summary>
public sealed unsafe class NcclCollective : ICollective
{
    /// <summary>The environment variable that names a library of NCCL's, or is <c>none</c>: then ranks do without it.</summary>
    public const string Variable = "ESPALIER_NCCL";

    private const int Sum = 0, // ncclRedOp_t
        Bytes = 0; // ncclUint8 of ncclDataType_t

    private readonly ICollective _host;
    private readonly NcclLibrary _nccl;
    private readonly Device _device;
    private nint _ranks;

    private NcclCollective(ICollective host, NcclLibrary nccl, Device device, nint ranks) =>
        (_host, _nccl, _device, _ranks) = (host, nccl, device, ranks);

    /// <inheritdoc/>
    public int Rank => _host.Rank;

    /// <inheritdoc/>
    public int Size => _host.Size;

    /// <inheritdoc/>
    public string Wire
    {
        get
        {
            int version = 0;
            _ = _nccl.Version(&version);
            return string.Create(CultureInfo.InvariantCulture, $"NCCL {version / 10000}.{version / 100 % 100}.{version % 100}");
        }
    }

    /// <summary>Whether <see cref="Variable"/> is <c>none</c>.</summary>
    public static bool IsRefused => Environment.GetEnvironmentVariable(Variable) == "none";

    /// <summary>Ranks on GPUs: they are joined, or where <see cref="IsRefused"/> says so, do without. Every rank calls it.</summary>
    /// <param name="host">As for <see cref="Join"/>.</param>
    /// <param name="device">This rank's GPU; no other rank's unless <see cref="IsRefused"/>.</param>
    /// <exception cref="InputException">There is no NCCL, it fails, or some ranks refuse it and others do not.</exception>
    public static ICollective Between(ICollective host, Device device)
    {
        host.MustAgree($"{IsRefused}", $"another {Variable}", "the same on all ranks");
        return IsRefused ? new HostCollective(host) : Join(host, device);
    }

    /// <summary>Joins the others' GPUs. Every rank calls it.</summary>
    /// <param name="host">Brings NCCL's number of this group from rank 0 to all; owned from here on, also where joining fails.</param>
    /// <param name="device">This rank's GPU; no other rank's.</param>
    /// <exception cref="InputException">There is no NCCL, or it fails.</exception>
    public static NcclCollective Join(ICollective host, Device device)
    {
        try
        {
            NcclLibrary nccl = NcclLibrary.Load();
            NcclLibrary.UniqueId id = default;
            if (host.Rank == 0)
                nccl.Must(nccl.NewId(&id), "begin");
            byte[] shared = host.Share(new ReadOnlySpan<byte>(&id, NcclLibrary.UniqueId.Length).ToArray());
            shared.CopyTo(new Span<byte>(&id, NcclLibrary.UniqueId.Length));
            if (GraphFunctions.Found is { } cuda)
                _ = cuda.SetDevice(Math.Max(device.index, 0));
            nint ranks = 0;
            nccl.Must(nccl.Join(&ranks, host.Size, id, host.Rank), $"join rank {host.Rank} of {host.Size} on {device}");
            return new NcclCollective(host, nccl, device, ranks);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values)
    {
        if (values.device_type != DeviceType.CUDA)
        {
            _host.AllReduceSum(values);
            return;
        }
        int type = values.dtype switch
        {
            ScalarType.Float32 => 7,
            ScalarType.Float64 => 8,
            ScalarType.Int64 => 4,
            var other => throw Collective.NotSummed(other),
        };
        void* memory = (void*)TensorMemory.Of(values);
        _nccl.Must(_nccl.AllReduce(memory, memory, (nuint)values.numel(), type, Sum, _ranks, Stream()), "add up what ranks have");
        GC.KeepAlive(values);
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values)
    {
        if (values.device_type != DeviceType.CUDA)
        {
            _host.Broadcast(values);
            return;
        }
        void* memory = (void*)TensorMemory.Of(values);
        nuint bytes = (nuint)(values.numel() * values.ElementSize);
        _nccl.Must(_nccl.Broadcast(memory, memory, bytes, Bytes, 0, _ranks, Stream()), "give all ranks what rank 0 has");
        GC.KeepAlive(values);
    }

    /// <summary>Where this thread's work on the GPU goes; 0 is the one that all share.</summary>
    private nint Stream()
    {
        nint stream = 0;
        if (GraphFunctions.Found is { } cuda && cuda.CurrentStream(Math.Max(_device.index, 0), &stream) != 0)
            throw new InvalidOperationException("the GPU's current stream could not be asked for");
        return stream;
    }

    /// <inheritdoc/>
    public byte[][] Gather(ReadOnlySpan<byte> own) => _host.Gather(own);

    /// <inheritdoc/>
    public void Barrier() => _host.Barrier();

    /// <inheritdoc/>
    public void Abort(string reason)
    {
        _host.Abort(reason);
        if (Interlocked.Exchange(ref _ranks, 0) is not 0 and var ranks)
            _ = _nccl.Abort(ranks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ranks, 0) is not 0 and var ranks)
            _ = _nccl.Leave(ranks);
        _host.Dispose();
    }
}

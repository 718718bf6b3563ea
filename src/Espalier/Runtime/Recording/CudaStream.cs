using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Espalier.Runtime.Gpu;
using TorchSharp;

namespace Espalier.Runtime.Recording;

/// <summary>
/// A stream of a GPU that is this thread's alone: all that the thread tells the GPU goes there until it is disposed, and can be recorded,
/// which on the stream that all share it cannot. What was told before is done before, and what was told here before anything after.
/// </summary>
internal sealed unsafe class CudaStream : IRecorder, IDisposable
{
    private const uint NotOrderedByTheDefaultStream = 1;
    private const int OfThisThread = 1, // capture mode: other threads go on as they were
        Capturing = 1;

    // Streams are few and costly, and are used again.
    private static readonly ConcurrentDictionary<int, ConcurrentBag<nint>> s_free = new();

    private readonly GraphFunctions _cuda;
    private readonly int _device;
    private readonly nint _stream,
        _guard;

    private CudaStream(GraphFunctions cuda, int device, nint stream, nint guard) =>
        (_cuda, _device, _stream, _guard) = (cuda, device, stream, guard);

    /// <summary>Makes one current; null on the CPU, where the libraries lack what it takes, and where graphs are turned off.</summary>
    public static CudaStream? Enter(torch.Device device)
    {
        if (device.type != DeviceType.CUDA || !GpuMath.Graphs || GraphFunctions.Found is not { } cuda)
            return null;
        int index = Math.Max(device.index, 0);
        nint before = 0,
            guard = 0;
        if (cuda.CurrentStream(index, &before) != 0 || cuda.Synchronize(before) != 0 || Take(cuda, index) is not (not 0 and var stream))
            return null;
        if (cuda.EnterStream(stream, index, &guard) == 0)
            return new CudaStream(cuda, index, stream, guard);
        Free(index).Add(stream);
        return null;
    }

    /// <inheritdoc/>
    /// <remarks>Memory that is taken meanwhile is the recording's own until it is disposed.</remarks>
    public IRecording? Record(Action work)
    {
        CudaGraph graph = CudaGraph.Begin(_cuda, _stream, OfThisThread);
        try
        {
            work();
        }
        catch (ExternalException)
        {
            // Unrecorded it is tried once more, and says then what is wrong.
            End(graph)?.Dispose();
            return null;
        }
        catch
        {
            End(graph)?.Dispose(); // else the stream would record for ever
            throw;
        }
        return End(graph);
    }

    private CudaGraph? End(CudaGraph graph)
    {
        int state = 0;
        if (_cuda.IsCapturing(_stream, &state) == 0 && state == Capturing)
            return graph.End();
        // Something that cannot be recorded has ended it. The class would throw; what it holds is lost, a few kilobytes.
        nint none = 0;
        _ = _cuda.EndCapture(_stream, &none);
        _ = _cuda.ForgetFault();
        return null;
    }

    /// <summary>Waits for what it was told, and gives the thread its stream back.</summary>
    public void Dispose()
    {
        _ = _cuda.Synchronize(_stream);
        _ = _cuda.LeaveStream(_guard);
        Free(_device).Add(_stream);
    }

    private static ConcurrentBag<nint> Free(int device) => s_free.GetOrAdd(device, _ => []);

    private static nint Take(GraphFunctions cuda, int device)
    {
        if (Free(device).TryTake(out nint free))
            return free;
        int before = 0;
        nint made = 0;
        _ = cuda.GetDevice(&before);
        _ = cuda.SetDevice(device);
        int code = cuda.CreateStream(&made, NotOrderedByTheDefaultStream);
        _ = cuda.SetDevice(before);
        return code == 0 ? made : 0;
    }
}

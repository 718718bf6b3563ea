using System.Runtime.InteropServices;
using Memory = System.Runtime.InteropServices.NativeMemory;

namespace Espalier.Runtime.Recording;

/// <summary>A CUDA graph: hundreds of kernels that are launched as one.</summary>
internal sealed unsafe class CudaGraph : IRecording
{
    /// <summary>More than at::cuda::CUDAGraph has in any known version (some 200 bytes).</summary>
    private const nuint Size = 8192;

    private readonly GraphFunctions _cuda;
    private readonly nint _stream;
    private nint _keeper,
        _executable;

    private CudaGraph(GraphFunctions cuda, nint stream, nint keeper) => (_cuda, _stream, _keeper) = (cuda, stream, keeper);

    /// <summary>From now on a stream records.</summary>
    /// <param name="cuda">What it takes.</param>
    /// <param name="stream">The current one, and not the default one.</param>
    /// <param name="mode">What other threads may do meanwhile.</param>
    public static CudaGraph Begin(GraphFunctions cuda, nint stream, int mode)
    {
        var keeper = (nint)Memory.AllocZeroed(Size);
        cuda.Construct(keeper, 1);
        cuda.BeginKeeping(keeper, 0, 0, mode); // a pool of memory of its own
        return new CudaGraph(cuda, stream, keeper);
    }

    /// <summary>Ends a recording that nothing has broken off; null where the GPU cannot take it.</summary>
    public CudaGraph? End()
    {
        _cuda.EndKeeping(_keeper);
        nint executable = 0;
        if (_cuda.Instantiate(&executable, _cuda.Kept(_keeper), 0) == 0)
        {
            _executable = executable;
            return this;
        }
        _ = _cuda.ForgetFault();
        Dispose();
        return null;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The GPU cannot.</exception>
    public void Play()
    {
        int code = _cuda.Launch(_executable, _stream);
        if (code != 0)
            throw new InvalidOperationException($"CUDA error: {Marshal.PtrToStringUTF8((nint)_cuda.FaultText(code))} (a graph's launch)");
    }

    /// <summary>Gives its memory back, once the stream has done with it.</summary>
    public void Dispose()
    {
        if (_keeper == 0)
            return;
        _ = _cuda.Synchronize(_stream);
        if (_executable != 0)
            _ = _cuda.DestroyExecutable(_executable);
        _cuda.Destruct(_keeper);
        Memory.Free((void*)_keeper);
        _keeper = _executable = 0;
    }
}

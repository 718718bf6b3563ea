using System.Runtime.InteropServices;
using Espalier.Runtime.Gpu;
using Espalier.Runtime.Loading;

namespace Espalier.Runtime.Recording;

/// <summary>
/// What CUDA graphs take: streams and graphs by the documented C interface of CUDA's runtime library; the current stream by libtorch's C
/// interface for compiled models; and at::cuda::CUDAGraph, which keeps a graph's memory from everybody else, by its C++ names. Of that
/// class only what cannot throw in the state that it is in is called: an exception would end the process.
/// </summary>
internal sealed unsafe class GraphFunctions
{
    private const int OldestRuntime = 12_000; // since then cudaGraphInstantiate takes three arguments

    private static readonly Lazy<GraphFunctions?> s_found = new(Find);

    public readonly delegate* unmanaged<int*, int> GetDevice;
    public readonly delegate* unmanaged<int, int> SetDevice;
    public readonly delegate* unmanaged<nint*, uint, int> CreateStream;
    public readonly delegate* unmanaged<nint, int> Synchronize;
    public readonly delegate* unmanaged<nint, int*, int> IsCapturing;
    public readonly delegate* unmanaged<nint, nint*, int> EndCapture;
    public readonly delegate* unmanaged<int> ForgetFault;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> Instantiate;
    public readonly delegate* unmanaged<nint, nint, int> Launch;
    public readonly delegate* unmanaged<nint, int> DestroyExecutable;
    public readonly delegate* unmanaged<int, byte*> FaultText;

    public readonly delegate* unmanaged<int, nint*, int> CurrentStream;
    public readonly delegate* unmanaged<nint, int, nint*, int> EnterStream;
    public readonly delegate* unmanaged<nint, int> LeaveStream;

    /// <summary>CUDAGraph(bool keep_graph): kept, it is instantiated and launched by CUDA's own functions, which give codes.</summary>
    public readonly delegate* unmanaged<nint, byte, void> Construct;

    /// <summary>capture_begin(pair pool, mode): the pair travels in two registers, like two numbers.</summary>
    public readonly delegate* unmanaged<nint, ulong, ulong, int, void> BeginKeeping;
    public readonly delegate* unmanaged<nint, void> EndKeeping;
    public readonly delegate* unmanaged<nint, nint> Kept;
    public readonly delegate* unmanaged<nint, void> Destruct;

    private GraphFunctions(Func<string, nint> cuda, Func<string, nint> torch)
    {
        GetDevice = (delegate* unmanaged<int*, int>)cuda("cudaGetDevice");
        SetDevice = (delegate* unmanaged<int, int>)cuda("cudaSetDevice");
        CreateStream = (delegate* unmanaged<nint*, uint, int>)cuda("cudaStreamCreateWithFlags");
        Synchronize = (delegate* unmanaged<nint, int>)cuda("cudaStreamSynchronize");
        IsCapturing = (delegate* unmanaged<nint, int*, int>)cuda("cudaStreamIsCapturing");
        EndCapture = (delegate* unmanaged<nint, nint*, int>)cuda("cudaStreamEndCapture");
        ForgetFault = (delegate* unmanaged<int>)cuda("cudaGetLastError");
        Instantiate = (delegate* unmanaged<nint*, nint, ulong, int>)cuda("cudaGraphInstantiate");
        Launch = (delegate* unmanaged<nint, nint, int>)cuda("cudaGraphLaunch");
        DestroyExecutable = (delegate* unmanaged<nint, int>)cuda("cudaGraphExecDestroy");
        FaultText = (delegate* unmanaged<int, byte*>)cuda("cudaGetErrorString");
        CurrentStream = (delegate* unmanaged<int, nint*, int>)torch("aoti_torch_get_current_cuda_stream");
        EnterStream = (delegate* unmanaged<nint, int, nint*, int>)torch("aoti_torch_create_cuda_stream_guard");
        LeaveStream = (delegate* unmanaged<nint, int>)torch("aoti_torch_delete_cuda_stream_guard");
        Construct = (delegate* unmanaged<nint, byte, void>)torch("_ZN2at4cuda9CUDAGraphC1Eb");
        BeginKeeping = (delegate* unmanaged<nint, ulong, ulong, int, void>)torch(
            "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode"
        );
        EndKeeping = (delegate* unmanaged<nint, void>)torch("_ZN2at4cuda9CUDAGraph11capture_endEv");
        Kept = (delegate* unmanaged<nint, nint>)torch("_ZN2at4cuda9CUDAGraph14raw_cuda_graphEv");
        Destruct = (delegate* unmanaged<nint, void>)torch("_ZN2at4cuda9CUDAGraphD1Ev");
    }

    /// <summary>All of them; null where a library lacks one, or is older than what is known.</summary>
    public static GraphFunctions? Found => s_found.Value;

    private static GraphFunctions? Find()
    {
        // Both calling conventions and C++ names are those of 64-bit Linux.
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return null;
        nint torch = Libtorch.Handle(TorchFolder.Cuda),
            cuda = CudaLibraries.Runtime();
        if (torch == 0 || cuda == 0 || CudaLibraries.RuntimeNumber() is not >= OldestRuntime)
            return null;
        bool lacking = false;
        var found = new GraphFunctions(name => Of(cuda, name), name => Of(torch, name));
        return lacking ? null : found;

        nint Of(nint library, string name)
        {
            bool there = NativeLibrary.TryGetExport(library, name, out nint entry);
            lacking |= !there;
            return entry;
        }
    }
}

namespace Espalier.Runtime.Gpu;

/// <summary>What went wrong with a GPU.</summary>
public enum DeviceFault
{
    /// <summary>Nothing of a GPU.</summary>
    None,

    /// <summary>Its memory is full: others, or fewer at a time, may still use it.</summary>
    OutOfMemory,

    /// <summary>Nothing more can be computed on it in this process, whose context is broken; perhaps it is gone.</summary>
    Lost,
}

/// <summary>
/// Tells faults of a GPU from others by what libtorch and NVIDIA's libraries say; they have no type of their own in .NET.
/// </summary>
public static class DeviceFaults
{
    private static readonly string[] s_outOfMemory =
    [
        "CUDA out of memory",
        "CUDA error: out of memory",
        "cudaErrorMemoryAllocation",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        "CUDA_ERROR_OUT_OF_MEMORY",
    ];

    private static readonly string[] s_lost =
    [
        "CUDA error:",
        "CUDA driver error",
        "CUDA-capable device",
        "CUDNN_STATUS_EXECUTION_FAILED",
        "CUDNN_STATUS_INTERNAL_ERROR",
        "CUBLAS_STATUS_EXECUTION_FAILED",
        "CUBLAS_STATUS_NOT_INITIALIZED",
        "CUBLAS_STATUS_INTERNAL_ERROR",
        "No CUDA GPUs are available",
        "Found no NVIDIA driver",
        "MPS client failed to connect",
        "MPS server",
    ];

    /// <summary>What a fault means; faults within it are looked at too.</summary>
    public static DeviceFault Of(Exception fault) =>
        Of(fault.Message) is not DeviceFault.None and var found ? found
        : fault is AggregateException many ? many.InnerExceptions.Select(Of).Prepend(DeviceFault.None).Max()
        : fault.InnerException is { } inner ? Of(inner)
        : DeviceFault.None;

    /// <summary>What a message means.</summary>
    public static DeviceFault Of(string message) =>
        s_outOfMemory.Any(words => message.Contains(words, StringComparison.Ordinal)) ? DeviceFault.OutOfMemory
        : s_lost.Any(words => message.Contains(words, StringComparison.Ordinal)) ? DeviceFault.Lost
        : DeviceFault.None;

    /// <summary>The first line of what a library said, which has the reason; the rest tells of stacks.</summary>
    public static string Reason(Exception fault) => fault.Message.Split('\n')[0].Trim().TrimEnd('.');
}

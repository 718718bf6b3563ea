using Espalier.Runtime.Gpu;
using Xunit;

namespace Espalier.Tests.Runtime.Gpu;

/// <summary>What libtorch and NVIDIA's libraries say, word for word.</summary>
public class DeviceFaultSpecs
{
    [Theory]
    [InlineData(
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 139.80 GiB of which 1.44 GiB is free.",
        DeviceFault.OutOfMemory
    )]
    [InlineData("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported", DeviceFault.OutOfMemory)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", DeviceFault.OutOfMemory)]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", DeviceFault.OutOfMemory)]
    [InlineData("CUDA error: unspecified launch failure", DeviceFault.Lost)]
    [InlineData("CUDA error: an illegal memory access was encountered", DeviceFault.Lost)]
    [InlineData("CUDA error: uncorrectable ECC error encountered", DeviceFault.Lost)]
    [InlineData("CUDA error: all CUDA-capable devices are busy or unavailable", DeviceFault.Lost)]
    [InlineData("CUDA error: no CUDA-capable device is detected", DeviceFault.Lost)]
    [InlineData("CUDA error: MPS client failed to connect to the MPS control daemon or the MPS server", DeviceFault.Lost)]
    [InlineData("CUDA error: no kernel image is available for execution on the device", DeviceFault.Lost)]
    [InlineData("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", DeviceFault.Lost)]
    [InlineData("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried", DeviceFault.None)]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", DeviceFault.None)]
    [InlineData("Training diverged in epoch 3.", DeviceFault.None)]
    public void A_message_is_understood(string message, DeviceFault expected)
    {
        Assert.Equal(expected, DeviceFaults.Of(message));
        Assert.Equal(
            expected,
            DeviceFaults.Of(new AggregateException(new InvalidOperationException("it failed", new IOException(message))))
        );
    }

    [Fact]
    public void The_reason_is_one_line() =>
        Assert.Equal(
            "CUDA error: out of memory",
            DeviceFaults.Reason(new InvalidOperationException("CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`.\n   at"))
        );
}

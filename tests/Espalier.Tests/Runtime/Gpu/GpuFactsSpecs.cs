using Espalier.Runtime.Gpu;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime.Gpu;

public class GpuFactsSpecs
{
    [Fact]
    public void The_cpu_has_none() => Assert.Null(GpuFacts.Of(CPU));

    [Theory]
    [InlineData(
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  Tue Sep 23 10:11:16 UTC 2025\nGCC version:  gcc version 13.3.0\n",
        "580.95.05"
    )]
    [InlineData(
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.06  Release Build  (root@host)\nGCC version: gcc 12.2.0",
        "570.124.06"
    )]
    [InlineData("something else 1.2", null)]
    public void The_driver_s_version_is_read_from_its_file(string text, string? version) => Assert.Equal(version, GpuFacts.DriverIn(text));

    [Theory]
    [InlineData(13000, "13.0")]
    [InlineData(12080, "12.8")]
    [InlineData(11070, "11.7")]
    public void CUDA_s_number_is_its_version(int number, string version) => Assert.Equal(version, GpuFacts.CudaText(number));

    [Theory]
    [InlineData(91301, "9.13.1")]
    [InlineData(90100, "9.1.0")]
    [InlineData(8907, "8.9.7")]
    public void CuDNN_s_number_is_its_version(long number, string version) => Assert.Equal(version, GpuFacts.CudnnText(number));

    [Fact]
    public void It_is_said_on_one_line() =>
        Assert.Equal(
            "NVIDIA H200 (driver 580.95.05, CUDA 13.0, cuDNN 9.13.1)",
            $"{new GpuFacts("NVIDIA H200", "580.95.05", "13.0", "9.13.1", "float32 products in float32", "the same")}"
        );

    /// <summary>Without a driver nothing is made up.</summary>
    [Fact]
    public void Libraries_that_are_not_there_say_nothing()
    {
        Assert.SkipWhen(cuda.is_available(), "this machine has them");
        Assert.Null(CudaLibraries.RuntimeNumber());
        Assert.Null(CudaLibraries.CudnnVersion());
    }
}

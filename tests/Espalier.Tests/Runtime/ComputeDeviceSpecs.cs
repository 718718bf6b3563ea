using Espalier.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Runtime;

/// <summary>Which devices a name stands for, on machines with none, one or several GPUs.</summary>
public class ComputeDeviceSpecs
{
    [Theory]
    [InlineData("cpu", 4, "cpu")]
    [InlineData("auto", 0, "cpu")]
    [InlineData("auto", 2, "cuda:0 cuda:1")]
    [InlineData("cuda", 1, "cuda:0")]
    [InlineData("cuda", 3, "cuda:0 cuda:1 cuda:2")]
    [InlineData("cuda:1", 2, "cuda:1")]
    [InlineData("cuda:2,cuda:0", 3, "cuda:2 cuda:0")]
    [InlineData("cuda:0, cuda:1", 2, "cuda:0 cuda:1")]
    public void A_name_stands_for_devices(string name, int gpus, string devices) =>
        Assert.Equal(devices.Split(' '), ComputeDevice.Resolve(name, () => gpus));

    [Theory]
    [InlineData("cuda:9", 2, "'cuda:9' is not there; this machine has 2 GPUs")]
    [InlineData("cuda:0,cuda:1", 1, "'cuda:1' is not there; this machine has 1 GPU.")]
    [InlineData("cuda:0", 0, "needs a libtorch with CUDA and a GPU")]
    [InlineData("cuda", 0, "needs a libtorch with CUDA and a GPU")]
    [InlineData("cuda:0,cuda:0", 1, "names a device twice")]
    [InlineData("cuda,cuda:0", 2, "names all GPUs and some")]
    [InlineData("tpu", 2, "no device 'tpu'")]
    [InlineData("cuda:x", 2, "no device 'cuda:x'")]
    [InlineData("cuda:-1", 2, "no device 'cuda:-1'")]
    [InlineData("cuda:0,", 2, "no device 'cuda:0,'")]
    [InlineData("cuda:0,cpu", 2, "no device 'cuda:0,cpu'")]
    public void A_wrong_name_is_told(string name, int gpus, string sentence) =>
        Assert.Contains(
            sentence,
            Assert.Throws<InputException>(() => ComputeDevice.Resolve(name, () => gpus)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("CUDA error: out of memory\nCUDA kernel errors", "Device 'cuda:1' has no memory left: CUDA error: out of memory.")]
    [InlineData(
        "CUDA error: no kernel image is available for execution on the device\n...",
        "Device 'cuda:1' cannot be used: CUDA error: no kernel image is available for execution on the device."
    )]
    public void A_device_that_cannot_compute_is_told_in_one_sentence(string said, string sentence) =>
        Assert.Equal(
            sentence,
            Assert
                .Throws<InputException>(() => ComputeDevice.MustCompute("cuda:1", () => throw new InvalidOperationException(said)))
                .Message
        );

    [Fact]
    public void A_device_that_computes_is_fit_and_faults_of_ours_are_not_its()
    {
        ComputeDevice.MustCompute(CPU);
        Assert.Throws<InvalidOperationException>(() =>
            ComputeDevice.MustCompute("cpu", () => throw new InvalidOperationException("a bug"))
        );
    }

    [Fact]
    public void A_command_that_uses_one_device_takes_no_list()
    {
        Assert.Contains(
            "expected one",
            Assert.Throws<InputException>(() => ComputeDevice.Parse("cuda:0,cuda:1")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(CPU, ComputeDevice.Parse("cpu"));
    }
}

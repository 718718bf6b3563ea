using Espalier.Runtime;
using Xunit;

namespace Espalier.Tests.Runtime;

public class ComputeSpecs
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:0:1")]
    [InlineData("")]
    public void An_unknown_device_is_refused(string name) =>
        Assert.Contains("device", Assert.Throws<InputException>(() => ComputeDevice.Parse(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_gpu_is_refused()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has a GPU");
        Assert.Contains("cuda:1", Assert.Throws<InputException>(() => ComputeDevice.Parse("cuda:1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cpu_is_always_there() => Assert.Equal(TorchSharp.DeviceType.CPU, ComputeDevice.Parse("cpu").type);

    [Fact]
    public void A_slip_of_the_finger_gets_a_suggestion() =>
        Assert.Contains(
            "did you mean 'cpu'?",
            Assert.Throws<InputException>(() => ComputeDevice.Parse("cpo")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Auto_is_the_first_gpu_or_else_the_cpu()
    {
        TorchSharp.torch.Device auto = ComputeDevice.Parse("auto");
        Assert.Equal(TorchSharp.torch.cuda.is_available() ? TorchSharp.DeviceType.CUDA : TorchSharp.DeviceType.CPU, auto.type);
        Assert.True(auto.index <= 0, $"{auto} is not the first");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(5000)]
    public void Impossible_thread_counts_are_refused(int threads) => Assert.Throws<InputException>(() => ComputeThreads.Use(threads));

    [Fact]
    public void Peak_memory_counts_what_was_touched()
    {
        byte[] touched = GC.AllocateUninitializedArray<byte>(400 << 20);
        for (int i = 0; i < touched.Length; i += 4096)
            touched[i] = 1;
        Assert.True(PeakMemory.ResidentBytes() >= 400 << 20);
        GC.KeepAlive(touched);
    }
}

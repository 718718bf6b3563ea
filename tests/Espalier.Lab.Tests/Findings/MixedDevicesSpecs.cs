using System.Text.Json;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Runtime.Gpu;
using Xunit;

namespace Espalier.Lab.Tests.Findings;

public class MixedDevicesSpecs
{
    private static readonly Provenance s_cpu = new("1", ".NET", "0.107", "2.10.0", "EPYC", "cpu", 1, default, default, 1);

    [Fact]
    public void Stages_of_one_kind_of_device_are_not_mixed()
    {
        Assert.Null(ResultCollector.Mixed([]));
        Assert.Null(ResultCollector.Mixed([s_cpu, s_cpu with { Threads = 2 }]));
        Assert.Null(ResultCollector.Mixed([On("NVIDIA H200", "cuda:0"), On("NVIDIA H200", "cuda:1")]));
    }

    [Fact]
    public void Others_are_named() =>
        Assert.Equal(
            ["CPU", "NVIDIA A100", "NVIDIA H200"],
            ResultCollector.Mixed([On("NVIDIA H200", "cuda:0"), s_cpu, On("NVIDIA A100", "cuda:1"), s_cpu])!
        );

    /// <summary>Manifests of the CPU have nothing new in them; those of a GPU name it.</summary>
    [Fact]
    public void A_manifest_names_the_gpu_and_only_where_there_is_one()
    {
        Assert.DoesNotContain("Gpu", JsonSerializer.Serialize(s_cpu), StringComparison.Ordinal);
        Assert.Equal(s_cpu, JsonSerializer.Deserialize<Provenance>(JsonSerializer.Serialize(s_cpu)));
        Provenance gpu = On("NVIDIA H200", "cuda:0");
        Assert.Equal(gpu, JsonSerializer.Deserialize<Provenance>(JsonSerializer.Serialize(gpu)));
        Assert.Contains("\"Bits\":\"not promised\"", JsonSerializer.Serialize(gpu), StringComparison.Ordinal);
    }

    private static Provenance On(string name, string device) =>
        s_cpu with
        {
            Device = device,
            Gpu = new GpuFacts(name, "580.95", "13.0", "9.13.0", "float32 products in float32", "not promised"),
        };
}

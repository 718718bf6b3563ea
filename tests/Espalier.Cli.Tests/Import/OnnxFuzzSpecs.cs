using Espalier.Cli.Tests.Support;
using Espalier.Networks;
using Espalier.Onnx;
using Espalier.Randomness;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests.Import;

/// <summary>Damaged models are read or refused: nothing else is thrown, and no claim in a file makes memory.</summary>
public sealed class OnnxFuzzSpecs : IDisposable
{
    private const long Room = 64 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [
        InlineData("resnet18:width=0.02,stem=cifar"),
        InlineData("vit_tiny:width=0.02,depth=1,patch=8"),
        InlineData("efficientnet_b0:width=0.01")
    ]
    public void A_thousand_damaged_models_are_read_or_refused(string model)
    {
        byte[] whole = Model(model);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            RandomStream random = new(3, $"onnx.{model}", i);
            byte[] bytes = [.. whole];
            for (int k = 0; k <= random.NextInt(4); k++)
                // Most of a file is weights; its structure is where damage tells.
                bytes[random.NextInt(random.NextInt(2) == 0 ? bytes.Length : bytes.Length / 8)] = (byte)random.NextInt(256);
            refused += IsRefused(bytes) ? 1 : 0;
        }
        Assert.InRange(refused, 100, 1000);
    }

    [Fact]
    public void Every_cut_of_a_model_is_refused()
    {
        byte[] whole = Model("mlp:width=4");
        for (int length = 0; length < whole.Length; length += 7)
            Assert.True(IsRefused(whole[..length]), $"{length} of {whole.Length}");
    }

    private bool IsRefused(byte[] bytes)
    {
        string path = _folder.Write("m.onnx", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using WeightSet read = OnnxImport.Read(path);
            return false;
        }
        catch (InputException fault)
        {
            Assert.Contains(path, fault.Message);
            return true;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20L * bytes.Length + Room);
        }
    }

    private static byte[] Model(string name)
    {
        using WeightSet weights = Initialization.KaimingNormal(
            Models.Build(name, Shape.Maps(3, 16, 16), 5),
            new RandomStream(0, "weights")
        );
        return OnnxExport.Of(weights);
    }
}

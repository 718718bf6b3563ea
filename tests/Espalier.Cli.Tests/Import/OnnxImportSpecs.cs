using Espalier.Cli.Tests.Support;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Onnx;
using Espalier.Randomness;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests.Import;

/// <summary>A network of ours, written as an ONNX model as exporters write it, is found again: arrays, groups, function.</summary>
public sealed class OnnxImportSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mlp:width=8", 1, 8)]
    [InlineData("resnet20:width=1", 3, 16)]
    [InlineData("resnet20:width=1,shortcut=zero-pad", 3, 16)]
    [InlineData("vgg13_bn:width=0.02,head=linear", 3, 32)]
    [InlineData("resnet50:width=0.05,stem=cifar", 3, 16)]
    [InlineData("resnext50_32x4d:width=0.1", 3, 32)]
    [InlineData("densenet121:width=0.1", 3, 32)]
    [InlineData("mobilenet_v2:width=0.1", 3, 32)]
    [InlineData("efficientnet_b0:width=0.1", 3, 32)]
    [InlineData("convnext_tiny:width=0.1", 3, 32)]
    [InlineData("vit_tiny:width=0.1,depth=2", 3, 32)]
    [InlineData("mixer_s16:width=0.05,depth=2,patch=8", 3, 32)]
    public void A_network_is_found_again_in_its_model(string model, int channels, int side)
    {
        Network network = Models.Build(model, Shape.Maps(channels, side, side), 5);
        foreach (long batch in new long[] { -1, 1 })
            MustBeFoundAgain(network, batch);
    }

    [Fact]
    public void Every_operation_that_no_named_network_has_is_found_again()
    {
        var b = new NetworkBuilder("all", 3, 12, 11);
        int x = b.Chain(
            0,
            ("conv", new Conv(8, new Extent(3, 2), new Extent(1, 2), new Extent(1, 0), true, new Extent(2, 1), 1)),
            ("leaky", new LeakyRelu(0.2)),
            ("groups", new GroupNorm(2)),
            ("tanh", new Tanh()),
            ("plain", new GroupNorm(4, 1e-3, Affine: false)),
            ("instances", new InstanceNorm(1e-4, Affine: true)),
            ("nearest", new Upsample(Factor: 2)),
            ("between", new Upsample(Size: new Extent(13, 9), Mode: Upsampling.Bilinear)),
            ("up", new ConvTranspose(6, new Extent(3, 2), new Extent(2, 1), new Extent(1, 0), new Extent(1, 0), true, new Extent(1, 2))),
            ("upper", new ConvTranspose(8, 2, 2)),
            ("max", new MaxPool(3, 2, 1, 1, CeilMode: true)),
            ("hard", new HardSwish()),
            ("mean", new AveragePool(2, 1, 1, CountPadding: false)),
            ("scale", new Scale())
        );
        int gate = b.Chain(x, ("pool", new GlobalAveragePool()), ("gate", new Conv(8, 1)), ("sigmoid", new HardSigmoid()));
        x = b.Then("gated", new Multiply(), x, gate);
        x = b.Then("sum", new Add(), x, b.Then("soft", new Softmax(), x), x);
        x = b.Then("both", new Concat(), x, b.Then("short", new PadShortcut(12, 1), x));
        b.Chain(
            x,
            ("flat", new Flatten()),
            ("fc", new Linear(6)),
            ("ln", new LayerNorm(1e-3)),
            ("silu", new Silu()),
            ("head", new Linear(4, false))
        );
        MustBeFoundAgain(b.Build(), -1);
    }

    private void MustBeFoundAgain(Network network, long batch)
    {
        using var scope = NewDisposeScope();
        using WeightSet weights = Drawn(network);
        using WeightSet found = OnnxImport.Read(_folder.Write("net.onnx", OnnxExport.Of(weights, batch)));
        Assert.Equal(Arrays(network), Arrays(found.Network));
        Assert.Equal(PermutationGroups.Of(network).Groups.Count, PermutationGroups.Of(found.Network).Groups.Count);
        foreach ((Parameter ours, Parameter theirs) in Paired(network, found.Network))
            Assert.Equal(weights.Read(ours), found.Read(theirs));
        Shape input = network.InputShape;
        var random = new RandomStream(1, "images");
        float[] pixels = new float[2 * input.Channels * input.Positions];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)(2 * random.NextDouble() - 1);
        Tensor images = tensor(pixels).view(2, input.Channels, input.Height, input.Width);
        float[] expected = weights.Logits(images).data<float>().ToArray(),
            logits = found.Logits(images).data<float>().ToArray();
        float largest = expected.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(expected.Zip(logits), pair => Assert.InRange(pair.Second - pair.First, -1e-5f * largest, 1e-5f * largest));
    }

    /// <summary>Random numbers everywhere, none of which is what a forgotten array would be.</summary>
    private static WeightSet Drawn(Network network)
    {
        var layout = new ParameterLayout(network);
        Tensor Draw(long length, string name, double least, double most)
        {
            var random = new RandomStream(0, name);
            return tensor([.. Enumerable.Range(0, (int)length).Select(_ => (float)(least + (most - least) * random.NextDouble()))]);
        }
        return new WeightSet(layout, Draw(layout.Length, "values", -0.5, 0.5), Draw(layout.StatisticsLength, "statistics", 0.5, 1.5));
    }

    private static string[] Arrays(Network network) =>
        [.. network.Parameters.Concat(network.Buffers).Select(p => $"{p.Name} [{string.Join(",", p.Shape)}] {p.Kind}").Order()];

    private static IEnumerable<(Parameter Ours, Parameter Theirs)> Paired(Network ours, Network theirs) =>
        ours
            .Parameters.Concat(ours.Buffers)
            .Join(theirs.Parameters.Concat(theirs.Buffers), p => p.Name, p => p.Name, (one, other) => (one, other));
}

using Espalier.Cli.Tests.Support;
using Espalier.Execution;
using Espalier.Networks;
using Espalier.Onnx;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests.Import;

/// <summary>Nodes of a model that read the same arrays share them in the description; those that cannot get copies; that is said.</summary>
public sealed class OnnxSharedSpecs : IDisposable
{
    private static readonly float[] s_kernel = [.. Enumerable.Range(0, 3 * 3 * 3 * 3).Select(i => MathF.Sin(i) / 4)];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Three convolutions, the last two of which read the kernel named.</summary>
    private string Model(string second, string third)
    {
        var file = new OnnxFile();
        file.Input("images", -1, 3, 7, 7);
        file.Array("one.weight", [3, 3, 3, 3], s_kernel);
        file.Array("two.weight", [3, 3, 3, 3], s_kernel);
        file.Array("three.weight", [3, 3, 3, 3], s_kernel);
        string x = file.Node("Conv", "one", ["images", "one.weight"], ("pads", new long[] { 1, 1, 1, 1 }));
        x = file.Node("Relu", "relu", [x]);
        x = file.Node("Conv", "two", [x, second], ("strides", new long[] { 2, 2 }));
        x = file.Node("Conv", "three", [x, third]);
        file.Output(file.Node("Flatten", "flat", [x]));
        return _folder.Write("m.onnx", file.Bytes());
    }

    [Fact]
    public void Arrays_that_several_nodes_read_are_there_once_and_the_function_is_that_of_copies()
    {
        using var scope = NewDisposeScope();
        using WeightSet copies = OnnxImport.Read(Model("two.weight", "three.weight")),
            shared = OnnxImport.Read(Model("one.weight", "one.weight"));
        Assert.Equal(3 * s_kernel.Length, copies.Network.Parameters.Sum(p => p.Count));
        Assert.Equal(s_kernel.Length, shared.Network.Parameters.Sum(p => p.Count));
        Assert.Equal(2, shared.Network.Nodes.Count(node => node.WeightsOf is not null));
        Tensor images = tensor([.. Enumerable.Range(0, 2 * 3 * 7 * 7).Select(i => MathF.Cos(i))]).view(2, 3, 7, 7);
        Assert.Equal(copies.Logits(images).data<float>().ToArray(), shared.Logits(images).data<float>().ToArray());
        // Its units are tied: what one writes, the other reads. Of copies, the two inner streams move by themselves.
        Assert.Equal(2, PermutationGroups.Of(copies.Network).Groups.Count);
        Assert.Empty(PermutationGroups.Of(shared.Network).Groups); // the kernel reads the images' channels, which cannot move
    }

    /// <summary>As PyTorch names nodes: modules that share are two names in its checkpoints, a module called again is one.</summary>
    [Theory]
    [InlineData("/fc1/Gemm", "/fc2/Gemm", "fc2")]
    [InlineData("/fc1/Gemm", "/fc1_1/Gemm", "fc1#2")]
    [InlineData("/block/fc1/Gemm", "/block_1/fc1/Gemm", "fc1#2")]
    [InlineData("/a/a.0/fc1/Gemm", "/a/a.1/fc1/Gemm", "a.1.fc1")]
    [InlineData("first", "second", "fc1#2")]
    public void A_module_that_shares_keeps_its_name(string one, string other, string name)
    {
        var file = new OnnxFile();
        file.Input("images", -1, 1, 2, 2);
        file.Array("fc1.weight", [4, 4], s_kernel[..16]);
        string x = file.Node("Flatten", "flat", ["images"]);
        x = file.Node("Gemm", one, [x, "fc1.weight"], ("transB", 1));
        x = file.Node("Gemm", other, [file.Node("Tanh", "/Tanh", [x]), "fc1.weight"], ("transB", 1));
        file.Output(file.Node("Relu", "/Relu", [x]));
        using WeightSet found = OnnxImport.Read(_folder.Write("m.onnx", file.Bytes()));
        Assert.Equal(["fc1", name], found.Network.Nodes.Where(node => node.Operation is Linear).Select(node => node.Name));
        Assert.Equal(["fc1.weight"], found.Network.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void A_kernel_that_another_kind_of_node_reads_is_copied_and_named()
    {
        var file = new OnnxFile();
        file.Input("images", -1, 3, 5, 5);
        file.Array("kernel", [3, 3, 1, 1], s_kernel[..9]);
        string x = file.Node("Conv", "conv", ["images", "kernel"]);
        x = file.Node("ConvTranspose", "back", [x, "kernel"]);
        file.Output(file.Node("Flatten", "flat", [x]));
        string path = _folder.Write("m.onnx", file.Bytes());
        List<string> notes = [];
        using WeightSet found = OnnxImport.Read(path, notes: new Relay<string>(notes.Add));
        Assert.Equal(18, found.Network.Parameters.Sum(p => p.Count));
        Assert.Contains("1 array belongs to several nodes: each has its own", Assert.Single(notes));
    }
}

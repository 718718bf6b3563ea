using Espalier.Cli.Tests.Support;
using Espalier.Execution;
using Espalier.Onnx;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests.Import;

/// <summary>What PyTorch's newer exporter writes out where it is told not to improve a model.</summary>
public sealed class OnnxWrittenOutSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Relu6 and hard-swish by the larger of two and the smaller of two, numbers made of the type of images.</summary>
    [Theory]
    [InlineData(true, false), InlineData(false, false), InlineData(true, true), InlineData(false, true)]
    public void Bounds_are_found_in_either_order(bool lowFirst, bool isHardSwish)
    {
        using var scope = NewDisposeScope();
        var file = new OnnxFile(18);
        file.Input("images", -1, 1, 2, 3);
        string zero = file.Node("CastLike", "zero", [file.Number(0), "images"]),
            six = file.Node("CastLike", "six", [file.Number(6), "images"]);
        string inner = isHardSwish ? file.Node("Add", "shifted", ["images", file.Number(3)]) : "images";
        string kept = lowFirst
            ? file.Node("Min", "kept", [file.Node("Max", "low", [inner, zero]), six])
            : file.Node("Max", "kept", [zero, file.Node("Min", "high", [six, inner])]);
        if (isHardSwish)
            kept = file.Node("Div", "sixth", [file.Node("Mul", "product", ["images", kept]), six]);
        file.Output(file.Node("Flatten", "flat", [kept]));
        using WeightSet found = OnnxImport.Read(_folder.Write("m.onnx", file.Bytes()));
        float[] given = [-4, -1, 0.5f, 2, 5, 8],
            logits = found.Logits(tensor(given).view(1, 1, 2, 3)).data<float>().ToArray();
        float Kept(float x) => Math.Min(6, Math.Max(0, x));
        Assert.Equal(given.Select(x => isHardSwish ? x * Kept(x + 3) / 6 : Kept(x)), logits, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    /// <summary>Used twice, it is one node; a scale of one number is one of every channel.</summary>
    [Fact]
    public void Zero_as_the_least_is_a_rectifier_and_one_number_is_every_channels_scale()
    {
        using var scope = NewDisposeScope();
        var file = new OnnxFile(18);
        file.Input("images", -1, 2, 1, 2);
        string least = file.Node("Max", "least", ["images", file.Number(0)]),
            two = file.Node("Expand", "scale", [file.Number(2), file.Node("Shape", "lengths", [file.Array("mean", [2], [0, 1])])]),
            norm = file.Node(
                "BatchNormalization",
                "norm",
                [least, two, "mean", "mean", file.Array("variance", [2], [1, 4])],
                ("epsilon", 1e-6f)
            );
        file.Output(file.Node("Flatten", "flat", [file.Node("Add", "sum", [least, norm])]));
        using WeightSet found = OnnxImport.Read(_folder.Write("m.onnx", file.Bytes()));
        Assert.Single(found.Network.Nodes, node => node.Operation is Espalier.Networks.Relu);
        float[] logits = found.Logits(tensor([-1f, 2, 3, -4]).view(1, 2, 1, 2)).data<float>().ToArray();
        // Channel 1: x + 2x; channel 2: x + 2 (x − 1) / 2 + 1.
        Assert.Equal([0f, 6, 6, 0], logits, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData("Max", 1), InlineData("Min", 6)]
    public void A_bound_alone_that_no_operation_has_is_refused_with_its_place(string kind, float bound)
    {
        var file = new OnnxFile(18);
        file.Input("images", -1, 1, 2, 3);
        file.Output(file.Node("Flatten", "flat", [file.Node(kind, "bound", ["images", file.Number(bound)])]));
        string path = _folder.Write("m.onnx", file.Bytes());
        InputException fault = Assert.Throws<InputException>(() => OnnxImport.Read(path));
        Assert.Contains($"'bound' ({kind})", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Values_that_become_whole_numbers_are_refused(bool isLike)
    {
        var file = new OnnxFile(18);
        file.Input("images", -1, 1, 2, 3);
        string whole = isLike
            ? file.Node("CastLike", "whole", ["images", file.Wholes(1)])
            : file.Node("Cast", "whole", ["images"], ("to", 7));
        file.Output(file.Node("Flatten", "flat", [file.Node("Cast", "back", [whole], ("to", 1))]));
        string path = _folder.Write("m.onnx", file.Bytes());
        Assert.Contains("makes whole numbers of values", Assert.Throws<InputException>(() => OnnxImport.Read(path)).Message);
    }
}

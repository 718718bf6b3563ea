using Espalier.Cli.Tests.Support;
using Espalier.Execution;
using Espalier.Onnx;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Cli.Tests.Import;

/// <summary>Larger maps as versions of the standard before 11 write them.</summary>
public sealed class OnnxUpsampleSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Scales are an attribute, an input of Upsample, or one of Resize.</summary>
    [Theory]
    [InlineData("Upsample", 7), InlineData("Upsample", 9), InlineData("Resize", 10)]
    public void Maps_are_larger_by_what_older_versions_wrote(string kind, long opset)
    {
        using var scope = NewDisposeScope();
        var file = new OnnxFile(opset);
        file.Input("images", -1, 1, 2, 2);
        float[] scales = [1, 1, 3, 1.5f];
        string up =
            opset < 9
                ? file.Node(kind, "up", ["images"], ("scales", scales), ("mode", "nearest"))
                : file.Node(kind, "up", ["images", file.Array("scales", [4], scales)], ("mode", "nearest"));
        file.Output(file.Node("Flatten", "flat", [up]));
        using WeightSet found = OnnxImport.Read(_folder.Write("m.onnx", file.Bytes()));
        float[] logits = found.Logits(tensor([1f, 2f, 3f, 4f]).view(1, 1, 2, 2)).data<float>().ToArray();
        // Rows and columns of the output lie in floor(position / scale) of the input.
        float[] expected =
        [
            .. from row in Enumerable.Range(0, 6) from column in Enumerable.Range(0, 3) select 1f + 2 * (row / 3) + (int)(column / 1.5f),
        ];
        Assert.Equal(expected, logits);
    }
}

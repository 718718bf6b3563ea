using Espalier.Cli.Tests.Support;
using Espalier.Onnx;
using Xunit;

namespace Espalier.Cli.Tests.Import;

/// <summary>What cannot be followed is named with its node and operator; what is no model, in one sentence.</summary>
public sealed class OnnxRefusalSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly float[] s_kernel = new float[2 * 3 * 3 * 3];

    private static (OnnxFile File, string Conv) Begun(long opset = 20, params long[] shape)
    {
        var file = new OnnxFile(opset);
        file.Input("images", shape.Length > 0 ? shape : [1, 3, 8, 8]);
        string weight = file.Array("conv.weight", [2, 3, 3, 3], s_kernel);
        return (file, file.Node("Conv", "conv", ["images", weight]));
    }

    private static byte[] Ended(OnnxFile file, string x)
    {
        file.Output(file.Node("Flatten", "flat", [x]));
        return file.Bytes();
    }

    public static TheoryData<string, byte[], string[]> Models()
    {
        var rows = new TheoryData<string, byte[], string[]>();
        void Row(string title, Func<OnnxFile, string, string> add, params string[] says)
        {
            (OnnxFile file, string conv) = Begun();
            rows.Add(title, Ended(file, add(file, conv)), says);
        }
        Row("operator", (file, x) => file.Node("LRN", "norm", [x], ("size", 5)), "'norm' (LRN)", "cannot be followed");
        Row(
            "recurrent",
            (file, x) =>
                file.Node(
                    "LSTM",
                    "memory",
                    [x, file.Node("Add", "", [file.Array("w", [1, 4, 1 << 15], new float[1 << 17]), file.Number(1)]), "conv.weight"]
                ),
            "'memory' (LSTM)",
            "cannot be followed"
        );
        Row("formula", (file, x) => file.Node("Sqrt", "root", [x]), "'root' (Sqrt)", "formula");
        Row(
            "border",
            (file, x) => file.Node("MaxPool", "pool", [x], ("kernel_shape", new long[] { 2, 2 }), ("pads", new long[] { 0, 0, 1, 1 })),
            "'pool' (MaxPool)",
            "as much before as behind"
        );
        foreach (
            (string title, string attribute, object value, string says) in new (string, string, object, string)[]
            {
                ("uneven", "pads", new long[] { 0, 0, 1, 0 }, "leaves out [0,0,1,0]"),
                ("grouped", "group", 2, "in groups"),
                ("sized", "output_shape", new long[] { 9, 9 }, "output_shape"),
                ("too much", "output_padding", new long[] { 1, 1 }, "output-padding 1"),
            }
        )
            Row(
                title,
                (file, x) =>
                    file.Node("ConvTranspose", "up", [x, file.Array("up.weight", [2, 3, 2, 2], new float[24])], (attribute, value)),
                "'up'",
                says
            );
        Row(
            "fraction",
            (file, x) => file.Node("Resize", "up", [x, "", file.Array("scales", [4], [1, 1, 1.3f, 1.3f])]),
            "'up' (Resize)",
            "by 1.3, which is no whole size"
        );
        Row("gelu", (file, x) => file.Node("Gelu", "act", [x], ("approximate", "tanh")), "'act' (Gelu)", "tanh");
        Row("half", (file, x) => file.Node("Slice", "half", [x, file.Wholes(0), file.Wholes(1), file.Wholes(1)]), "(Flatten)", "channels");
        Row(
            "order",
            (file, x) => file.Node("Conv", "next", [file.Node("Transpose", "turn", [x]), "conv.weight"]),
            "'next' (Conv)",
            "other axes"
        );
        Row("reshape", (file, x) => file.Node("Reshape", "cut", [x, file.Wholes(1, 5, -1)]), "'cut' (Reshape)", "[1,5,-1]");
        Row("missing", (file, x) => file.Node("Relu", "act", ["nothing"]), "'act' (Relu)", "reads 'nothing', which nothing gives");
        Row("input left out", (file, x) => file.Node("Conv", "bare", [x]), "'bare' (Conv)", "has no input 2");
        Row(
            "circle",
            (file, x) =>
            {
                file.Node("Add", "a", [x, "late"], ["early"]);
                return file.Node("Relu", "b", ["early"], ["late"]);
            },
            "'a' (Add)",
            "'late'",
            "in a circle"
        );
        Row("logarithm", (file, x) => file.Node("LogSoftmax", "logs", [x], ("axis", 1)), "'logs' (LogSoftmax)", "followed");
        Row("matrix", (file, x) => file.Node("Gemm", "fc", [x, file.Array("w", [4, 3], new float[12])]), "'fc' (Gemm)", "[4,3]");
        Row("twice", (file, x) => file.Node("Relu", "again", ["images"], [x]), "'again'", "there already");
        Row("not finite", (file, x) => file.Node("Mul", "m", [x, file.Array("s", [2, 1, 1], [1, float.NaN])]), "'s'", "NaN");
        foreach ((string kind, long opset, string mode) in new[] { ("Upsample", 9L, "linear"), ("Resize", 10L, "linear") })
        {
            (OnnxFile old, string conv) = Begun(opset);
            string up = old.Node(kind, "up", [conv, old.Array("scales", [4], [1, 1, 2, 2])], ("mode", mode));
            rows.Add($"{kind} of {opset}", Ended(old, up), [$"'up' ({kind})", "by 'linear' as versions before 11 do"]);
        }
        foreach (long opset in new long[] { 0, 3, 99 })
            rows.Add($"opset {opset}", Ended(Begun(opset).File, "images"), ["opset"]);
        (OnnxFile open, string opened) = Begun(20, -1, 3, -1, -1);
        rows.Add("open", Ended(open, opened), ["--input"]);
        (OnnxFile two, string first) = Begun();
        two.Output(first);
        rows.Add("two outputs", Ended(two, first), ["--output"]);
        rows.Add("text", "not a model at all, but a text\n"u8.ToArray(), ["no ONNX model"]);
        rows.Add("empty", [], ["no ONNX model"]);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_model_that_cannot_be_followed_is_refused_in_one_sentence(string title, byte[] model, string[] says)
    {
        Assert.NotEmpty(title);
        string path = _folder.Write("m.onnx", model);
        ShellResult said = await Shell.RunAsync("import", path, "--out", _folder["net.json"], "--weights", _folder["w.safetensors"]);
        Assert.Equal(2, said.Code);
        string sentence = Assert.Single(said.ErrorLines);
        Assert.All([.. says, path], what => Assert.Contains(what, sentence));
        Assert.Equal(["m.onnx"], _folder.Names);
    }

    /// <summary>Arrays that claim more than the file has cost no memory.</summary>
    [Theory]
    [InlineData(1L << 40, 1L << 40), InlineData(1 << 16, 1 << 14), InlineData(-1, 4), InlineData(5, 5)]
    public void An_array_of_another_size_than_it_claims_is_refused_by_its_name(long rows, long columns)
    {
        (OnnxFile file, string conv) = Begun();
        file.Raw(OnnxFile.Tensor("w", [rows, columns], 1, new byte[96]), "w");
        string path = _folder.Write("m.onnx", Ended(file, conv));
        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException fault = Assert.Throws<InputException>(() => OnnxImport.Read(path));
        Assert.Contains("'w'", fault.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Theory]
    [InlineData("w.bin", "0", null)]
    [InlineData("sub/w.bin", null, "cut off|no such file|beyond")]
    [InlineData("../w.bin", null, "own folder")]
    [InlineData("/etc/passwd", null, "own folder")]
    [InlineData("link.bin", null, "a link")]
    [InlineData("w.bin", "8", "beyond its 216 bytes")]
    [InlineData("w.bin", "-1", "offset")]
    [InlineData("", null, "does not say in which")]
    public void Arrays_beside_the_model_are_read_from_its_own_folder_alone(string location, string? offset, string? says)
    {
        _folder.Write("in/w.bin", [.. Enumerable.Range(0, 54).SelectMany(i => BitConverter.GetBytes((float)i))]);
        _folder.Write("w.bin", new byte[216]);
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(_folder["in/link.bin"], _folder["w.bin"]);
        var file = new OnnxFile();
        file.Input("images", 1, 3, 8, 8);
        (string, string)[] external = offset is null ? [("location", location)] : [("location", location), ("offset", offset)];
        string weight = file.Raw(OnnxFile.Tensor("conv.weight", [2, 3, 3, 3], 1, null, external), "conv.weight");
        string path = _folder.Write("in/m.onnx", Ended(file, file.Node("Conv", "conv", ["images", weight])));
        if (says is null)
        {
            using Weights.WeightSet read = OnnxImport.Read(path);
            Assert.Equal([.. Enumerable.Range(0, 54).Select(i => (float)i)], read.Read(read.Network.Parameters[0]));
            return;
        }
        InputException fault = Assert.Throws<InputException>(() => OnnxImport.Read(path));
        Assert.Matches(says, fault.Message);
    }
}

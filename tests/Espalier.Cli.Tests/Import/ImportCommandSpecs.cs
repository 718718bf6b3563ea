using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests.Import;

/// <summary>What <c>import</c> writes goes through the other commands.</summary>
public sealed class ImportCommandSpecs : IDisposable
{
    private static readonly string[] s_tiny = ["--train-images", "128", "--threads", "1", "--quiet"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Model(string name, int seed, string network = "resnet18:width=0.02,stem=cifar")
    {
        using WeightSet weights = Initialization.KaimingNormal(
            Models.Build(network, Shape.Maps(1, 28, 28), 10),
            new RandomStream(seed, "weights")
        );
        return _folder.Write(name, OnnxExport.Of(weights));
    }

    [Fact]
    public async Task An_imported_network_is_checked_shown_evaluated_pruned_and_matched()
    {
        (string json, string a, string b) = (_folder["net.json"], _folder["a.safetensors"], _folder["b.pth"]);
        JsonElement said = (await Shell.MustAsync("import", Model("a.onnx", 1), "-o", json, "--weights", a, "--json")).Json();
        Assert.Equal("written by a test", said.GetProperty("network").GetString());
        await Shell.MustAsync("import", Model("b.onnx", 2), "-o", _folder["other.json"], "--weights", b);
        Assert.Equal(File.ReadAllText(json), File.ReadAllText(_folder["other.json"]));
        Assert.Matches(@"all \d+ arrays fit", (await Shell.MustAsync("network", "check", json, "--weights", a)).Out);
        JsonElement shown = (await Shell.MustAsync("network", "show", json, "--json")).Json();
        Assert.Equal(said.GetProperty("nodes").GetInt32(), shown.GetProperty("nodes").GetArrayLength());
        await Shell.MustAsync(["evaluate", a, .. s_tiny]);
        await Shell.MustAsync(["evaluate", b, "--model", json, .. s_tiny]);
        await Shell.MustAsync(["prune", a, "--sparsity", "0.5", "--round-epochs", "1", "--out", _folder["pruned"], .. s_tiny]);
        await Shell.MustAsync(["match", a, b, "--model", json, "--match-images", "32", "--out", _folder["pi.safetensors"], .. s_tiny]);
        Assert.True(File.Exists(_folder["pi.safetensors"]));
    }

    [Theory]
    [InlineData("Softmax"), InlineData("LogSoftmax")]
    public async Task What_makes_shares_of_logits_at_the_end_is_left_out_and_said(string last)
    {
        var file = new OnnxFile(13);
        file.Input("images", 1, 2, 1, 1);
        string head = file.Node(
            "Gemm",
            "head",
            [file.Node("Flatten", "flat", ["images"]), file.Array("head.weight", [2, 2], [1, 2, 3, 4])]
        );
        file.Output(file.Node(last, "end", [head], ("axis", 1)));
        ShellResult said = await Shell.MustAsync("import", _folder.Write("m.onnx", file.Bytes()), "-o", _folder["n.json"]);
        Assert.Contains("softmax at the end is left out", said.Err);
        Assert.IsType<Linear>(NetworkJson.ReadFile(_folder["n.json"]).Nodes[^1].Operation);
    }

    [Fact]
    public async Task Nothing_that_is_read_is_written_over()
    {
        string model = Model("a.onnx", 1, "mlp:width=4");
        foreach (
            string[] line in new[]
            {
                new[] { "--out", model },
                ["--out", _folder["n.json"], "--weights", _folder["n.json"]],
                ["--out", _folder["n.json"], "--weights", _folder["w.txt"]],
                ["--out", _folder["n.json"], "--input", "3x28x28"],
                ["--out", _folder["n.json"], "--output", "nothing"],
            }
        )
        {
            ShellResult said = await Shell.RunAsync(["import", model, .. line]);
            Assert.Equal(2, said.Code);
            Assert.Single(said.ErrorLines);
        }
        Assert.Equal(["a.onnx"], _folder.Names);
    }
}

using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A network of one's own, from its file: looked at, planned with, and refused with the line that is wrong.</summary>
public sealed class NetworkFileCommandSpecs : IDisposable
{
    private const string Residual = """
        {
          "name": "a small residual network",
          "nodes": [
            { "name": "input", "operation": { "op": "input", "channels": 1, "height": 28, "width": 28 } },
            { "name": "stem", "operation": { "op": "conv", "out": 4, "kernel": 3, "padding": 1 } },
            { "name": "norm", "operation": { "op": "layer-norm-2d", "epsilon": 1e-6 } },
            { "name": "a", "operation": { "op": "conv", "out": 8, "kernel": 3, "stride": 2, "padding": 1 } },
            { "name": "relu", "operation": { "op": "relu" } },
            { "name": "b", "operation": { "op": "conv", "out": 8, "kernel": 3, "padding": 1 } },
            { "name": "downsample", "operation": { "op": "conv", "out": 8, "kernel": 1, "stride": 2 }, "inputs": ["norm"] },
            { "name": "sum", "operation": { "op": "add" }, "inputs": ["b", "downsample"] },
            { "name": "pool", "operation": { "op": "global-average-pool" } },
            { "name": "flatten", "operation": { "op": "flatten" } },
            { "name": "head", "operation": { "op": "linear", "out": 10 } }
          ]
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_prints_what_a_network_file_describes_whatever_it_is_called()
    {
        foreach (string name in new[] { "net.json", "net.txt" })
        {
            File.WriteAllText(_folder[name], Residual);
            JsonElement shown = (await Shell.MustAsync("show", _folder[name], "--json")).Json();
            Assert.Equal(11, shown.GetProperty("rows").GetArrayLength());
            JsonElement row = shown.GetProperty("rows")[3];
            Assert.Equal("conv out=8 kernel=3 stride=2 padding=1 bias=false", row.GetProperty("operation").GetString());
            Assert.Equal(
                ("norm", "8x14x14", 288L, "a"),
                (
                    row.GetProperty("reads").GetString(),
                    row.GetProperty("output").GetString(),
                    row.GetProperty("parameters").GetInt64(),
                    row.GetProperty("groups").GetString()
                )
            );
            string title = shown.GetProperty("title").GetString()!;
            Assert.Contains("a small residual network", title);
            Assert.Contains("980 of 1,012 weights prunable without shortcuts (downsample)", title);
            Assert.Contains("3 groups", title);
        }
        Assert.Contains("layer-norm-2d", (await Shell.MustAsync("show", _folder["net.json"])).Out);
    }

    /// <summary>What a description is for, it says itself: no images need be named where none are opened.</summary>
    [Fact]
    public async Task Convert_and_diff_take_a_checkpoint_of_a_described_network_without_its_images()
    {
        string file = _folder.WriteText("net.json", Residual.Replace("\"channels\": 1", "\"channels\": 2"));
        using WeightSet weights = Initialization.KaimingNormal(NetworkJson.ReadFile(file), new RandomStream(0, "described"));
        TensorFormat.Write(_folder["theirs.pth"], StateDict.Of(weights));
        await Shell.MustAsync("convert", _folder["theirs.pth"], "--model", file, "--out", _folder["ours.safetensors"]);
        using WeightSet ours = WeightsFile.Read(_folder["ours.safetensors"]);
        Assert.True(ours.BitEquals(weights));
        await Shell.MustAsync("diff", _folder["theirs.pth"], _folder["ours.safetensors"], "--model", file);
        string[] named = ["convert", _folder["theirs.pth"], "--model", file, "--out", _folder["x.pth"], "--dataset", "mnist"];
        ShellResult refused = await Shell.RunAsync(named);
        Assert.Equal(2, refused.Code);
        Assert.Contains("describes a network for images 2x28x28", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e-6", "-1", "line 6: Node 'norm' (layer-norm-2d) has epsilon -1; expected more than 0 and at most 1.")]
    [InlineData("layer-norm-2d", "layer-norm", "line 6: Node 'norm' (layer-norm) is given maps 4x28x28")]
    [InlineData(
        "\"b\", \"downsample\"",
        "\"b\", \"downsampel\"",
        "line 11: node 'sum' reads 'downsampel', which does not come before it; did you mean 'downsample'?"
    )]
    [InlineData(
        "\"out\": 10",
        "\"out\": \"ten\"",
        "line 14: node 'head': the field 'out' of linear is \"ten\"; expected a whole number, at least 1."
    )]
    public async Task A_fault_in_a_network_file_is_one_sentence_with_its_line(string what, string becomes, string says)
    {
        File.WriteAllText(_folder["net.json"], Residual.Replace(what, becomes, StringComparison.Ordinal));
        foreach (
            string[] command in new[]
            {
                new[] { "show", _folder["net.json"] },
                ["run", "--model", _folder["net.json"], "--out", _folder["out"], "--store", _folder["store"]],
            }
        )
        {
            ShellResult result = await Shell.RunAsync(command);
            Assert.Equal(2, result.Code);
            Assert.Contains(says, result.Err.ReplaceLineEndings(" "));
        }
        Assert.False(Directory.Exists(_folder["out"]) || Directory.Exists(_folder["store"]));
    }
}

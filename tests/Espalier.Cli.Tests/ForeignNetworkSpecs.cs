using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Networks and masks that other tools wrote, given to commands.</summary>
public sealed class ForeignNetworkSpecs : IDisposable
{
    private static readonly string[] s_mlp = ["--model", "mlp:width=16"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_network_pruned_elsewhere_is_measured_as_it_computes()
    {
        await MakeAsync();
        double dense = await AccuracyAsync(_folder["A/weights.safetensors"]);
        double truth = await AccuracyAsync(_folder["A/weights.safetensors"], "--mask", _folder["mask.safetensors"]);
        Assert.NotEqual(dense, truth);
        Assert.Equal(truth, await AccuracyAsync(_folder["pruned.ckpt"], s_mlp));
        ShellResult said = await Shell.MustAsync([
            "evaluate",
            _folder["pruned.ckpt"],
            "--train-images",
            "64",
            "--threads",
            "1",
            "--quiet",
            .. s_mlp,
        ]);
        Assert.Equal($"note: '{_folder["pruned.ckpt"]}': its names are read without 'module.'.", Assert.Single(said.ErrorLines));
        JsonElement barrier = (
            await Shell.MustAsync([
                "barrier",
                _folder["A/weights.safetensors"],
                _folder["pruned.ckpt"],
                "--points",
                "3",
                "--refinements",
                "0",
                "--images",
                "500",
                "--correction",
                "none",
                "--json",
                .. Shell.Tiny,
            ])
        ).Json()[0];
        JsonElement points = barrier.GetProperty("test").GetProperty("points");
        Assert.NotEqual(points[0].GetProperty("loss").GetDouble(), points[2].GetProperty("loss").GetDouble());
    }

    [Fact]
    public async Task A_mask_is_transplanted_to_a_start_that_names_no_network()
    {
        await MakeAsync();
        Safetensors.Write(_folder["plain.pth"], Safetensors.Read(_folder["A/weights.safetensors"]).InOrder);
        string[] line = ["transplant", _folder["pruned.ckpt"], "--start", _folder["plain.pth"], "--out", _folder["start"]];
        Assert.Contains("--model", (await Shell.RunAsync(line)).Err);
        await Shell.MustAsync([.. line, .. s_mlp]);
        using Mask moved = MaskFile.Read(_folder["start/mask.safetensors"]),
            given = MaskFile.Read(_folder["mask.safetensors"]);
        Assert.True(moved.BitEquals(given));
    }

    /// <summary>A trained network, and the same as torch.nn.utils.prune and DataParallel would leave it.</summary>
    private async Task MakeAsync()
    {
        await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["A"], .. Shell.Tiny]);
        TensorFile file = Safetensors.Read(_folder["A/weights.safetensors"]);
        StoredTensor[] masks =
        [
            .. file
                .InOrder.Where(tensor => tensor.Name.EndsWith(".weight", StringComparison.Ordinal))
                .Select(tensor =>
                    StoredTensor.FromBools(tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select((value, i) => i % 3 == 0)])
                ),
        ];
        using WeightSet weights = WeightsFile.Read(_folder["A/weights.safetensors"]);
        Safetensors.Write(_folder["plain-mask"], masks);
        using Mask mask = MaskFile.Read(_folder["plain-mask"], weights.Network);
        MaskFile.Write(_folder["mask.safetensors"], mask);
        string[] pruned = [.. masks.Select(tensor => tensor.Name)];
        Safetensors.Write(
            _folder["pruned.ckpt"],
            [
                .. file.InOrder.Select(tensor => tensor.Renamed($"module.{tensor.Name}{(pruned.Contains(tensor.Name) ? "_orig" : "")}")),
                .. masks.Select(tensor => tensor.Renamed($"module.{tensor.Name}_mask")),
            ],
            new Dictionary<string, string> { ["format"] = "pt" }
        );
    }

    private static async Task<double> AccuracyAsync(string path, params string[] further) =>
        (
            await Shell.MustAsync([
                "evaluate",
                path,
                "--json",
                "--precision",
                "Float32",
                "--train-images",
                "64",
                "--threads",
                "1",
                "--quiet",
                .. further,
            ])
        )
            .Json()
            .GetProperty("accuracy_percent")
            .GetDouble();
}

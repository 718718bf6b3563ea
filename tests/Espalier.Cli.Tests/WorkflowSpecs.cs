using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

public sealed class WorkflowSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_documented_chain_runs_from_two_networks_to_a_sparse_one()
    {
        string a = _folder["A/weights.safetensors"],
            b = _folder["B/weights.safetensors"],
            pruned = _folder["A.prune"],
            permutation = _folder["match/permutation.safetensors"];
        foreach (string name in new[] { "A", "B" })
        {
            await Json("train", ["--name", name, "--epochs", "1", "--checkpoints", "0,1", "--out", _folder[name], .. Shell.Tiny]);
            Assert.True(File.Exists(_folder[$"{name}/epoch-0000.safetensors"]) && File.Exists(_folder[$"{name}/epoch-0001.safetensors"]));
            Assert.Single(File.ReadAllLines(_folder[$"{name}/metrics.jsonl"]));
        }

        JsonElement targets = await Json("prune", [a, "--sparsity", "0.8,0.9", "--round-epochs", "1", "--out", pruned, .. Shell.Tiny]);
        Assert.Equal([0.8, 0.9], targets.EnumerateArray().Select(target => target.GetProperty("target").GetDouble()));
        foreach (JsonElement target in targets.EnumerateArray())
            Assert.Equal(target.GetProperty("target").GetDouble(), target.GetProperty("sparsity").GetDouble(), 3);

        JsonElement match = await Json("match", [a, b, "--out", permutation, "--match-images", "200", .. Shell.Tiny]);
        Assert.Equal(200, match.GetProperty("images").GetInt32());
        string mask = Path.Combine(pruned, "sparsity-0.9", "mask.safetensors");
        JsonElement moved = await Json(
            "transplant",
            [mask, "-p", permutation, "--start", _folder["B/epoch-0001.safetensors"], "--out", _folder["start"]]
        );
        Assert.Equal(targets[1].GetProperty("sparsity").GetDouble(), moved.GetProperty("sparsity").GetDouble(), 12);

        JsonElement sparse = await Json(
            "train",
            [
                "--from",
                _folder["start/start.safetensors"],
                "--mask",
                _folder["start/mask.safetensors"],
                "--epochs",
                "2",
                "--out",
                _folder["permuted"],
                .. Shell.Tiny,
            ]
        );
        JsonElement tested = await Json(
            "evaluate",
            [_folder["permuted/weights.safetensors"], "--precision", "BFloat16", "--train-images", "256", "--threads", "1"]
        );
        Assert.Equal(sparse.GetProperty("test_accuracy_percent").GetDouble(), tested.GetProperty("accuracy_percent").GetDouble(), 9);

        using Mask kept = MaskFile.Read(_folder["start/mask.safetensors"]);
        using WeightSet final = WeightsFile.Read(_folder["permuted/weights.safetensors"]);
        float[] values = final.Values.data<float>().ToArray();
        bool[] outside = kept.Pruned.data<bool>().ToArray();
        Assert.True(outside.Count(gone => gone) > 1000);
        Assert.All(
            values.Zip(outside).Where(pair => pair.Second),
            pair => Assert.Equal(0, BitConverter.SingleToInt32Bits(pair.First) & int.MaxValue)
        );

        foreach ((string file, string title) in new[] { (a, "Weights of"), (mask, "Mask of"), (permutation, "Permutation of") })
        {
            Assert.Contains(title, (await Shell.MustAsync("show", file)).Out);
            JsonElement shown = await Json("show", [file]);
            Assert.NotEqual(0, shown.GetProperty("rows").GetArrayLength());
        }
        Assert.DoesNotContain(_folder.Digests().Keys, file => file.Contains(".part-") || file.Contains("resume"));
    }

    [Fact]
    public async Task The_moved_mask_differs_from_the_naive_one_but_keeps_as_many_weights()
    {
        foreach (string name in new[] { "A", "B" })
            await Shell.MustAsync(["train", "--name", name, "--epochs", "1", "--out", _folder[name], .. Shell.Tiny]);
        await Shell.MustAsync([
            "prune",
            _folder["A/weights.safetensors"],
            "--sparsity",
            "0.8",
            "--round-fraction",
            "0.7",
            "--round-epochs",
            "1",
            "--out",
            _folder["p"],
            .. Shell.Tiny,
        ]);
        await Shell.MustAsync([
            "match",
            _folder["A/weights.safetensors"],
            _folder["B/weights.safetensors"],
            "--out",
            _folder["pi.safetensors"],
            "--match-images",
            "100",
            .. Shell.Tiny,
        ]);
        string mask = _folder["p/sparsity-0.8/mask.safetensors"],
            start = _folder["B/weights.safetensors"];
        JsonElement naive = await Json("transplant", [mask, "--start", start, "--out", _folder["naive"]]);
        JsonElement moved = await Json("transplant", [mask, "-p", _folder["pi.safetensors"], "--start", start, "--out", _folder["moved"]]);
        Assert.Equal(naive.GetProperty("kept_count").GetInt64(), moved.GetProperty("kept_count").GetInt64());
        using Mask given = MaskFile.Read(mask),
            plain = MaskFile.Read(_folder["naive/mask.safetensors"]),
            permuted = MaskFile.Read(_folder["moved/mask.safetensors"]);
        Assert.Equal(given.Pruned.data<bool>().ToArray(), plain.Pruned.data<bool>().ToArray());
        Assert.NotEqual(given.Pruned.data<bool>().ToArray(), permuted.Pruned.data<bool>().ToArray());
    }

    private static async Task<JsonElement> Json(string command, string[] args) =>
        (await Shell.MustAsync([command, .. args, "--json"])).Json();
}

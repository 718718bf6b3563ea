using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Masks that cut a network apart are said to, wherever one is made or used.</summary>
public sealed class CollapseSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Layer_collapse_is_said_by_every_command_that_meets_it()
    {
        await Shell.MustAsync(["train", "--epochs", "1", .. Shell.Tiny, "--out", _folder["A"]]);
        string dense = _folder["A/weights.safetensors"],
            mask = _folder["p/sparsity-0.9998/mask.safetensors"];
        string[] prune =
        [
            "prune",
            dense,
            "--sparsity",
            "0.9998",
            "--round-fraction",
            "0.9",
            "--round-epochs",
            "1",
            .. Shell.Tiny,
            "--out",
            _folder["p"],
        ];
        ShellResult pruned = await Shell.MustAsync(prune);
        Assert.Contains("no weight", Assert.Single(pruned.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("99.98%", pruned.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("100", pruned.Out.Split(';')[0..3].Aggregate(string.Concat), StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse((await Shell.MustAsync([.. prune, "--json"])).Out).RootElement[0];
        Assert.Equal(1, json.GetProperty("effective_sparsity").GetDouble());
        Assert.Equal(10, json.GetProperty("unreached_classes").GetInt32());
        Assert.NotEmpty(json.GetProperty("collapsed_layers").EnumerateArray());

        ShellResult moved = await Shell.MustAsync("transplant", mask, "--start", dense, "--out", _folder["start"]);
        Assert.Contains("layer collapse", Assert.Single(moved.ErrorLines), StringComparison.Ordinal);
        ShellResult trained = await Shell.MustAsync([
            "train",
            "--from",
            dense,
            "--mask",
            mask,
            "--epochs",
            "1",
            .. Shell.Tiny,
            "--out",
            _folder["sparse"],
        ]);
        Assert.Contains("layer collapse", Assert.Single(trained.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("layer collapse", (await Shell.MustAsync("show", mask)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_with_many_zeros_trained_without_a_mask_gets_a_hint()
    {
        await Shell.MustAsync(["train", "--epochs", "1", .. Shell.Tiny, "--out", _folder["A"]]);
        await Shell.MustAsync([
            "prune",
            _folder["A/weights.safetensors"],
            "--sparsity",
            "0.9",
            "--round-fraction",
            "0.9",
            "--round-epochs",
            "1",
            .. Shell.Tiny,
            "--out",
            _folder["p"],
        ]);
        string start = _folder["p/sparsity-0.9/weights.safetensors"],
            mask = _folder["p/sparsity-0.9/mask.safetensors"];
        ShellResult dense = await Shell.MustAsync(["train", "--from", start, "--epochs", "1", .. Shell.Tiny, "--out", _folder["dense"]]);
        Assert.Contains("--mask", Assert.Single(dense.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(
            (
                await Shell.MustAsync([
                    "train",
                    "--from",
                    start,
                    "--mask",
                    mask,
                    "--epochs",
                    "1",
                    .. Shell.Tiny,
                    "--out",
                    _folder["sparse"],
                ])
            ).Err
        );
        Assert.Empty(
            (
                await Shell.MustAsync([
                    "train",
                    "--from",
                    _folder["A/weights.safetensors"],
                    "--epochs",
                    "1",
                    .. Shell.Tiny,
                    "--out",
                    _folder["again"],
                ])
            ).Err
        );
    }
}

using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Pruning;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary><c>prune --criterion</c> and <c>train --ema-decay</c>.</summary>
public sealed class CriterionCommandSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prune_removes_what_the_named_criterion_scores_lowest()
    {
        await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["A"], .. Shell.Tiny]);
        Task<ShellResult> PruneAsync(string folder, params string[] options) =>
            Shell.RunAsync([
                "prune",
                _folder["A/weights.safetensors"],
                "--sparsity",
                "0.2",
                "--round-epochs",
                "1",
                "--out",
                _folder[folder],
                .. options,
                .. Shell.Tiny,
            ]);
        var masks = new List<Mask>();
        foreach (string name in new[] { "magnitude", "layer-magnitude", "snip" })
        {
            Assert.Equal(0, (await PruneAsync(name, "--criterion", name)).Code);
            masks.Add(MaskFile.Read(_folder[$"{name}/sparsity-0.2/mask.safetensors"]));
        }
        Assert.Equal(0, (await PruneAsync("usual")).Code);
        using Mask usual = MaskFile.Read(_folder["usual/sparsity-0.2/mask.safetensors"]);
        Assert.True(usual.BitEquals(masks[0]));
        Assert.All(masks, mask => Assert.Equal(usual.KeptCount, mask.KeptCount));
        Assert.False(masks[1].BitEquals(usual) || masks[2].BitEquals(usual) || masks[1].BitEquals(masks[2]));
        using WeightSet weights = WeightsFile.Read(_folder["A/weights.safetensors"]);
        using Mask all = Mask.Dense(weights.Layout, usual.Prunable),
            expected = PruningCriteria.LayerMagnitude.Keep(new PruningMoment(weights, all, new(0, "")), usual.KeptCount);
        Assert.True(masks[1].BitEquals(expected));
        masks.ForEach(mask => mask.Dispose());

        ShellResult other = await PruneAsync("snip", "--criterion", "fisher"),
            unknown = await PruneAsync("none", "--criterion", "snap");
        Assert.Equal((2, 2), (other.Code, unknown.Code));
        Assert.Contains("criterion snip", Assert.Single(other.ErrorLines));
        Assert.Contains("There is no pruning criterion 'snap'; did you mean 'snip'?", Assert.Single(unknown.ErrorLines));
        Assert.False(Directory.Exists(_folder["none"]));
    }

    [Fact]
    public async Task Train_leaves_the_moving_average_beside_weights_that_are_the_same_without()
    {
        ShellResult said = await Shell.MustAsync([
            "train",
            "--epochs",
            "2",
            "--ema-decay",
            "0.8",
            "--out",
            _folder["with"],
            "--json",
            .. Shell.Tiny,
        ]);
        await Shell.MustAsync(["train", "--epochs", "2", "--out", _folder["without"], .. Shell.Tiny]);
        JsonElement told = JsonDocument.Parse(said.Out).RootElement;
        Assert.Equal(_folder["with/ema.safetensors"], told.GetProperty("ema_weights").GetString());
        using WeightSet average = WeightsFile.Read(_folder["with/ema.safetensors"]),
            last = WeightsFile.Read(_folder["with/weights.safetensors"]),
            known = WeightsFile.Read(_folder["without/weights.safetensors"]);
        Assert.True(last.BitEquals(known));
        Assert.False(last.BitEquals(average));
        Assert.False(File.Exists(_folder["without/ema.safetensors"]));
        // It is a network like any other: evaluated, it gives the accuracy that was told.
        ShellResult evaluated = await Shell.MustAsync(["evaluate", _folder["with/ema.safetensors"], "--json", "--threads", "1", "--quiet"]);
        Assert.Equal(
            told.GetProperty("ema_test_accuracy_percent").GetDouble(),
            JsonDocument.Parse(evaluated.Out).RootElement.GetProperty("accuracy_percent").GetDouble()
        );
        ShellResult refused = await Shell.RunAsync([
            "train",
            "--epochs",
            "2",
            "--ema-decay",
            "1",
            "--out",
            _folder["refused"],
            .. Shell.Tiny,
        ]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("moving average of decay 1", Assert.Single(refused.ErrorLines));
    }
}

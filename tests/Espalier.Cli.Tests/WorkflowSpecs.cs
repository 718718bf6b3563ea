using System.Diagnostics;
using System.Text.Json;
using Espalier.Files;
using Espalier.Randomness;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The documented chain of commands.</summary>
public class WorkflowSpecs(Workshop shop) : IClassFixture<Workshop>
{
    [Fact]
    public async Task A_mask_goes_from_A_to_B()
    {
        await Tool.Do("transplant", shop["P/sparsity-0.9/mask.safetensors"], "-p", shop["pi.safetensors"], "--start", shop["B/epoch-0001.safetensors"], "--out", shop["start"]);
        string trained = await Tool.Do(["train", "--from", shop["start/start.safetensors"], "--mask", shop["start/mask.safetensors"], "--epochs", "1", "--out", shop["permuted"], "--json", .. Workshop.Small]);
        using WeightSet weights = WeightsFile.Read(shop["permuted/weights.safetensors"]);
        using Mask mask = MaskFile.Read(shop["start/mask.safetensors"]), original = MaskFile.Read(shop["P/sparsity-0.9/mask.safetensors"]);
        Assert.True(weights.BitEquals(weights.Masked(mask)));
        Assert.All(mask.Prunable, p => Assert.Equal(original.Kept(p), mask.Kept(p)));
        Assert.False(mask.BitEquals(original));

        double reported = JsonDocument.Parse(trained).RootElement.GetProperty("test_accuracy_percent").GetDouble();
        string evaluated = await Tool.Do("evaluate", shop["permuted/weights.safetensors"], "--json");
        Assert.Equal(reported, JsonDocument.Parse(evaluated).RootElement.GetProperty("accuracy_percent").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("A/weights.safetensors", "fc1.weight")]
    [InlineData("P/sparsity-0.8/mask.safetensors", "sparsity 80%")]
    [InlineData("pi.safetensors", "relu2")]
    public async Task Show_says_what_is_in_an_artefact(string file, string expected)
    {
        string plain = await Tool.Do("show", shop[file]);
        Assert.Contains(expected, plain, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', plain);
        Assert.NotEqual(0, JsonDocument.Parse(await Tool.Do("show", shop[file], "--json")).RootElement.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task A_pipeline_leaves_its_numbers_and_is_only_read_the_second_time()
    {
        string[] args = ["pipeline", "--model", "mlp:width=16", "--epochs", "2", "--rewind", "1", "--round-epochs", "1", "--sparsity", "0.5", "--match-images", "200", "--out", shop["run"], .. Workshop.Small];
        string first = await Tool.Do(args);
        Assert.Contains("gap closed", first, StringComparison.Ordinal);
        byte[] weights = File.ReadAllBytes(shop["run/seed-0/sparse/permuted-sparsity-0.5-k1/weights.safetensors"]);
        JsonElement cells = JsonDocument.Parse(File.ReadAllText(shop["run/summary.json"])).RootElement.GetProperty("cells");
        Assert.Equal(["dense", "imp", "lth", "naive", "permuted"], cells.EnumerateArray().Select(cell => cell.GetProperty("method").GetString()));
        Assert.Equal(first, await Tool.Do(args));
        Assert.Equal(weights, File.ReadAllBytes(shop["run/seed-0/sparse/permuted-sparsity-0.5-k1/weights.safetensors"]));
        Assert.True(File.Exists(shop["run/accuracy.png"]));
    }

    [Fact]
    public async Task A_training_that_is_killed_again_and_again_ends_in_the_same_bytes()
    {
        string[] args = ["train", "--model", "mlp:width=64", "--epochs", "12", "--checkpoints", "3", "--train-images", "4000", "--threads", "1", "--quiet"];
        await Tool.Do([.. args, "--out", shop["whole"]]);
        var random = new RandomStream(0, "kills");
        int kills = 0;
        for (int attempt = 0; attempt < 30; attempt++)
        {
            using Process process = Start([.. args, "--out", shop["killed"]]);
            bool last = attempt == 29;
            if (last) await process.WaitForExitAsync();
            else if (!process.WaitForExit(TimeSpan.FromMilliseconds(400 + random.NextInt(1200))))
            {
                process.Kill();
                kills++;
            }
            await process.WaitForExitAsync();
            if (process.ExitCode == 0) break;
        }
        Assert.True(kills > 0);
        foreach (string file in new[] { "weights.safetensors", "epoch-0003.safetensors" })
            Assert.Equal(File.ReadAllBytes(shop[$"whole/{file}"]), File.ReadAllBytes(shop[$"killed/{file}"]));
    }

    [Fact]
    public async Task Help_shows_an_example_of_every_command()
    {
        foreach (string command in new[] { "demo", "pipeline", "train", "prune", "match", "transplant", "evaluate", "show", "doctor", "completion" })
            Assert.Contains("Example", await Tool.Do(command, "--help"), StringComparison.Ordinal);
        foreach (string shell in new[] { "bash", "zsh", "fish" }) Assert.Contains("espalier", await Tool.Do("completion", shell), StringComparison.Ordinal);
        Assert.Contains("transplant", await Tool.Do("[suggest:9]", "espalier t"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_show_describes_the_embedded_images()
    {
        string shown = await Tool.Do("data", "show", "--sheet", shop["sheet.png"]);
        Assert.Contains("10000 training and 10000 test images of 1x28x28", shown, StringComparison.Ordinal);
        Assert.True(new FileInfo(shop["sheet.png"]).Length > 1000);
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Application).Assembly.Location, .. args]) { RedirectStandardError = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }
}

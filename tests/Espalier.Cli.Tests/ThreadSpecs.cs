using System.Diagnostics;
using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Runtime;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Threads and precision decide bits: commands say which, keep to them, and do not mix them.</summary>
public sealed class ThreadSpecs : IDisposable
{
    private static readonly string[] s_tiny = ["--train-images", "256", "--model", "mlp:width=16"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stopped_training_goes_on_with_its_threads_and_is_refused_others()
    {
        string[] line = ["train", "--epochs", "60", "--evaluate-every", "0", "--out", _folder["A"], .. s_tiny];
        await KillOnceItCanContinueAsync([.. line, "--threads", "2", "--quiet"]);
        ShellResult refused = await Shell.RunAsync([.. line, "--threads", "1"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains(
            "was begun on 2 threads, and 1 thread would end in other bits; continue it with 2",
            refused.Err,
            StringComparison.Ordinal
        );
        ShellResult continued = await Shell.MustAsync([.. line, "--json"]);
        Assert.Contains("begun with, 2", continued.Err, StringComparison.Ordinal);
        Assert.Equal(2, continued.Json().GetProperty("threads").GetInt32());
        // What is finished stays valid whatever the number.
        await Shell.MustAsync([.. line, "--threads", "1", "--quiet"]);
    }

    [Fact]
    public async Task A_chosen_number_of_threads_is_said_and_suits_the_network()
    {
        ShellResult trained = await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["A"], .. s_tiny]);
        Assert.Contains("computing on 1 thread, which is enough for this network; --threads 1", trained.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BFloat16")]
    [InlineData("Float32")]
    public async Task Training_and_evaluation_agree_and_name_their_precision(string precision)
    {
        string[] tiny = [.. s_tiny, "--threads", "1", "--quiet"];
        string weights = _folder["A/weights.safetensors"],
            name = precision.ToLowerInvariant();
        ShellResult trained = await Shell.MustAsync(["train", "--epochs", "2", "--precision", precision, "--out", _folder["A"], .. tiny]);
        Assert.Contains($"in {name}", trained.Out, StringComparison.Ordinal);
        JsonElement tested = (await Shell.MustAsync(["evaluate", weights, "--json", .. tiny])).Json();
        Assert.Equal(name, tested.GetProperty("precision").GetString());
        string percent = $"{tested.GetProperty("accuracy_percent").GetDouble():0.00} %";
        Assert.Contains(percent, trained.Out, StringComparison.Ordinal);
        Assert.Contains($"images in {name}", (await Shell.MustAsync(["evaluate", weights, .. tiny])).Out, StringComparison.Ordinal);
        Assert.Contains(
            "images in float32",
            (await Shell.MustAsync(["evaluate", weights, "--precision", "Float32", .. tiny])).Out,
            StringComparison.Ordinal
        );
        ShellResult pruned = await Shell.MustAsync([
            "prune",
            weights,
            "--sparsity",
            "0.5",
            "--round-fraction",
            "0.5",
            "--round-epochs",
            "1",
            "--precision",
            precision,
            "--out",
            _folder["p"],
            .. tiny,
        ]);
        Assert.Contains($"% test accuracy in {name}", pruned.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_which_mode_products_are_computed_in_and_what_is_promised()
    {
        JsonElement[] checks = [.. (await Shell.MustAsync("doctor", "--threads", "1", "--json")).Json().EnumerateArray()];
        JsonElement products = checks.Single(check => check.GetProperty("name").GetString() == "reproducible products");
        Assert.True(products.GetProperty("good").GetBoolean());
        Assert.True(
            ReproducibleProducts.Mode() is null
                || products.GetProperty("finding").GetString()!.Contains("AUTO,STRICT", StringComparison.Ordinal)
        );
        Assert.Contains(
            checks,
            check =>
                check
                    .GetProperty("finding")
                    .GetString()!
                    .Contains("same kind of processor with the same number of threads", StringComparison.Ordinal)
        );
    }

    private async Task KillOnceItCanContinueAsync(string[] line)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Espalier.Cli.dll"), .. line])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process training = Process.Start(start)!;
        while (!training.HasExited && !File.Exists(_folder["A/resume.safetensors"]))
            await Task.Delay(3, TestContext.Current.CancellationToken);
        Assert.False(training.HasExited, "it ended before it could be killed");
        training.Kill();
        await training.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}

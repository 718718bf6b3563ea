using System.Diagnostics;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A training in a process of its own, killed without warning.</summary>
public sealed class InterruptionSpecs : IDisposable
{
    private const int Kills = 3,
        Epochs = 14;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_killed_at_random_moments_ends_in_the_bytes_of_an_uninterrupted_one()
    {
        Assert.Equal(0, await RunAsync(_folder["whole"], _ => Task.CompletedTask));
        var random = new RandomStream(2024, "interruption");
        int killed = 0,
            reached = 0;
        for (int i = 0; i < Kills && !File.Exists(_folder["cut/weights.safetensors"]); i++)
        {
            // Some epochs further than before, and then a random part of an epoch, or of writing it down.
            int lines = reached + 1 + random.NextInt(3);
            TimeSpan delay = TimeSpan.FromMilliseconds(random.NextDouble() * 60);
            if (await RunAsync(_folder["cut"], process => KillAfterAsync(process, lines, delay)) != 0)
                killed++;
            reached = Lines();
        }
        Assert.True(killed > 0, "no process was killed before it ended");
        if (!File.Exists(_folder["cut/weights.safetensors"]))
            Assert.Equal(0, await RunAsync(_folder["cut"], _ => Task.CompletedTask));

        foreach (string file in new[] { "weights.safetensors", "epoch-0000.safetensors", "epoch-0003.safetensors" })
            Assert.Equal(File.ReadAllBytes(_folder[$"whole/{file}"]), File.ReadAllBytes(_folder[$"cut/{file}"]));
        Assert.Equal(Epochs, Lines());
        Assert.False(File.Exists(_folder["cut/resume.safetensors"]));
    }

    private async Task KillAfterAsync(Process process, int lines, TimeSpan delay)
    {
        while (!process.HasExited && Lines() < lines)
            await Task.Delay(3, TestContext.Current.CancellationToken);
        await Task.Delay(delay, TestContext.Current.CancellationToken);
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended first: then there is nothing to kill, and its exit code says so.
        }
    }

    private int Lines() => File.Exists(_folder["cut/metrics.jsonl"]) ? File.ReadAllLines(_folder["cut/metrics.jsonl"]).Length : 0;

    private static async Task<int> RunAsync(string folder, Func<Process, Task> interrupt)
    {
        string[] args =
        [
            Path.Combine(AppContext.BaseDirectory, "Espalier.Cli.dll"),
            "train",
            "--train-images",
            "4096",
            "--model",
            "mlp:width=16",
            "--threads",
            "1",
            "--quiet",
            "--epochs",
            $"{Epochs}",
            "--checkpoints",
            "0,3",
            "--out",
            folder,
        ];
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> standard = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await interrupt(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await standard;
        Assert.Empty(await errors);
        return process.ExitCode;
    }
}

using System.Diagnostics;
using Espalier.Cli.Tests.Support;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Trainings in processes of their own that are told to stop, or killed, in the middle of an epoch.</summary>
public sealed class StopSignalSpecs(StopSignalSpecs.Whole whole) : IClassFixture<StopSignalSpecs.Whole>, IDisposable
{
    private const int Stopped = 130;

    /// <summary>The runtime itself, unless told not to, makes files that are longer.</summary>
    private const string Limited = "export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";

    private const string Plain = "exec \"$0\" \"$@\"";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM", Stopped)]
    [InlineData("USR1", Stopped)]
    [InlineData("INT", Stopped)]
    [InlineData("KILL", 137)]
    public async Task Told_to_stop_by_a_signal_in_an_epoch_a_training_ends_in_the_bytes_of_one_that_was_not(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        byte[] weights = await whole.WeightsAsync();
        // One epoch alone: whatever is kept was saved in it.
        var random = new RandomStream(3, $"signal {signal}");
        int stopped = 0;
        for (int i = 0; i < 3; i++)
        {
            int found = await TrainAsync("cut", signal, TimeSpan.FromMilliseconds(20 + random.NextInt(200)));
            if (found == 0)
                break;
            Assert.Equal(code, found);
            Assert.True(File.Exists(_folder["cut/resume.safetensors"]));
            stopped++;
        }
        Assert.True(stopped > 0, "it ended before it was told to stop");
        if (!File.Exists(_folder["cut/weights.safetensors"]))
            Assert.Equal(0, await TrainAsync("cut"));
        Assert.Equal(weights, File.ReadAllBytes(_folder["cut/weights.safetensors"]));
    }

    [Fact]
    public async Task A_save_in_an_epoch_that_finds_no_room_leaves_the_one_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a shell limits the length of files");
        Assert.Equal(Stopped, await TrainAsync("cut", "TERM", TimeSpan.FromMilliseconds(50)));
        byte[] before = File.ReadAllBytes(_folder["cut/resume.safetensors"]);
        // No file of more than 64 KiB: the next save finds no room.
        var errors = new List<string>();
        Assert.Equal(2, await RunAsync(Limited, _folder["cut"], null, null, errors));
        Assert.Contains("resume.safetensors", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["cut/resume.safetensors"]));
        Assert.Equal(0, await TrainAsync("cut"));
    }

    private Task<int> TrainAsync(string place, string? signal = null, TimeSpan? after = null) =>
        RunAsync(Plain, _folder[place], signal, after, []);

    /// <param name="shell">Starts the program.</param>
    /// <param name="place">Folder of the training.</param>
    /// <param name="signal">Sent once something was saved in this run; null for none.</param>
    /// <param name="after">So long after that.</param>
    /// <param name="errors">Gets what it says.</param>
    private static async Task<int> RunAsync(string shell, string place, string? signal, TimeSpan? after, List<string> errors)
    {
        string[] words =
        [
            "-c",
            shell,
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "Espalier.Cli.dll"),
            "train",
            "--model",
            "mlp:width=64",
            "--threads",
            "1",
            "--quiet",
            "--epochs",
            "1",
            "--batch-size",
            "4",
            "--lr",
            "0.004",
            "--save-every",
            "0.01s",
            "--out",
            place,
        ];
        string file = Path.Combine(place, "resume.safetensors");
        DateTime before = File.GetLastWriteTimeUtc(file);
        using Process process = Process.Start(
            new ProcessStartInfo("bash", words) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> standard = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            said = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (signal is not null)
        {
            while (!process.HasExited && File.GetLastWriteTimeUtc(file) == before)
                await Task.Delay(3, TestContext.Current.CancellationToken);
            await Task.Delay(after!.Value, TestContext.Current.CancellationToken);
            using Process? kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            await kill!.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await standard;
        if ((await said).Trim() is { Length: > 0 } text)
            errors.Add(text);
        return process.ExitCode;
    }

    /// <summary>The training that nobody stopped, done once.</summary>
    public sealed class Whole : IDisposable
    {
        private readonly TempFolder _folder = new();
        private byte[]? _weights;

        public void Dispose() => _folder.Dispose();

        /// <summary>The file that it left.</summary>
        public async Task<byte[]> WeightsAsync()
        {
            if (_weights is null)
                Assert.Equal(0, await RunAsync(Plain, _folder["whole"], null, null, []));
            return _weights ??= File.ReadAllBytes(_folder["whole/weights.safetensors"]);
        }
    }
}

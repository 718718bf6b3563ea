using System.Diagnostics;
using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Training;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Processes that share a training, started by one of them.</summary>
public sealed class RankSpecs(RankSpecs.Whole whole) : IClassFixture<RankSpecs.Whole>, IDisposable
{
    private const int Stopped = 130;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_ranks_train_and_prune_what_one_process_does_but_for_the_order_of_sums()
    {
        JsonElement[] trained = new JsonElement[2],
            pruned = new JsonElement[2];
        for (int i = 0; i < 2; i++)
        {
            string[] ranks = ["--ranks", $"{i + 1}", "--precision", "float32", "--json"];
            trained[i] = Json(await MustAsync(["train", .. Words($"{i}"), "--train-images", "2000", .. ranks]));
            string[] rounds = ["--sparsity", "0.3,0.5", "--round-epochs", "1", "--train-images", "2000", "--threads", "1", "--quiet"];
            pruned[i] = Json(
                await MustAsync(["prune", _folder["0/weights.safetensors"], .. rounds, "--out", _folder[$"pruned-{i}"], .. ranks])
            );
        }
        Assert.Equal(1, trained[0].GetProperty("ranks").GetInt32());
        Assert.Equal(2, trained[1].GetProperty("ranks").GetInt32());
        Assert.Equal(2, TrainingFacts.Of(_folder["1/weights.safetensors"]).Ranks);
        Assert.Null(TrainingFacts.Of(_folder["0/weights.safetensors"]).Ranks);
        Assert.Equal(
            trained[0].GetProperty("test_loss").GetDouble(),
            trained[1].GetProperty("test_loss").GetDouble(),
            1e-4 * trained[0].GetProperty("test_loss").GetDouble()
        );
        Assert.Equal(pruned[0].GetArrayLength(), pruned[1].GetArrayLength());
        foreach ((JsonElement one, JsonElement two) in pruned[0].EnumerateArray().Zip(pruned[1].EnumerateArray()))
        {
            Assert.Equal(one.GetProperty("kept_count").GetInt64(), two.GetProperty("kept_count").GetInt64());
            Assert.Equal(one.GetProperty("test_accuracy_percent").GetDouble(), two.GetProperty("test_accuracy_percent").GetDouble(), 0.5);
        }
    }

    [Theory]
    [InlineData(0, "KILL")]
    [InlineData(1, "KILL")]
    [InlineData(0, "USR1")]
    [InlineData(1, "TERM")]
    public async Task Killed_or_told_to_stop_at_any_rank_all_end_within_seconds_and_go_on_to_the_same_bytes(int rank, string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc");
        string[] line = [.. Words("cut", 6), "--ranks", "2", "--save-every", "0.05s"];
        byte[] weights = await whole.WeightsAsync();
        using Process process = EspalierProcess.Start(
            _folder[""],
            $"espalier train {string.Join(' ', line.Select(EspalierProcess.Quoted))}"
        );
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!process.HasExited && !File.Exists(_folder["cut/resume.safetensors"]))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        IReadOnlyList<(int Rank, int Id)> all = RankProcesses.In(_folder["cut"], "train");
        Assert.Equal([0, 1], all.Select(one => one.Rank));
        await OtherProcesses.SignalAsync(signal, all[rank].Id);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        int expected =
            signal != "KILL" ? Stopped
            : rank == 0 ? 137
            : 2;
        Assert.Equal(expected, process.ExitCode);
        string[] said = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (signal == "KILL" && rank == 1)
            Assert.Contains("Rank 1 of 2", Assert.Single(said), StringComparison.Ordinal);
        else if (signal != "KILL")
            Assert.Contains("Stopped.", Assert.Single(said), StringComparison.Ordinal);
        // Whoever lost rank 0 ends too, without anybody to end it.
        while (RankProcesses.In(_folder["cut"], "train").Count > 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.True(File.Exists(_folder["cut/resume.safetensors"]), "it ended before it was interrupted");
        await MustAsync(["train", .. line]);
        Assert.Equal(weights, File.ReadAllBytes(_folder["cut/weights.safetensors"]));
    }

    [Fact]
    public async Task What_stops_one_rank_before_it_begins_is_said_once_and_no_rank_is_left()
    {
        ProcessResult none = await RunAsync(["train", .. Words("none"), "--ranks", "2", "--from", "nowhere"]);
        Assert.Equal((2, "error: Cannot read 'nowhere': there is no such file.\n"), (none.Code, none.Err));
        Assert.False(Directory.Exists(_folder["none"]));
        ProcessResult impossible = await RunAsync(["train", .. Words("none"), "--ranks", "0"]);
        Assert.Equal((2, "error: 0 ranks (--ranks) are impossible; expected 1 to 1024.\n"), (impossible.Code, impossible.Err));
        ProcessResult small = await RunAsync(["train", .. Words("none"), "--ranks", "3", "--batch-size", "2"]);
        Assert.Equal(2, small.Code);
        Assert.StartsWith("error: A batch of 2 images gives some of 3 ranks", small.Err, StringComparison.Ordinal);
        Assert.Empty(RankProcesses.In(_folder["none"], "train"));
    }

    private string[] Words(string name, int epochs = 3) => Words(_folder, name, epochs);

    private static string[] Words(TempFolder folder, string name, int epochs) =>
        ["--model", "mlp:width=32", "--threads", "1", "--epochs", $"{epochs}", "--quiet", "--out", folder[name]];

    private Task<ProcessResult> RunAsync(string[] line) => EspalierProcess.RunAsync(_folder[""], "", line);

    private Task<ProcessResult> MustAsync(string[] line) => MustAsync(_folder, line);

    private static async Task<ProcessResult> MustAsync(TempFolder folder, string[] line)
    {
        ProcessResult result = await EspalierProcess.RunAsync(folder[""], "", line);
        Assert.True(result.Code == 0, $"{string.Join(' ', line)}: {result.Code} {result.Err}");
        return result;
    }

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.Out).RootElement;

    /// <summary>The training of two ranks that nothing befell, done once.</summary>
    public sealed class Whole : IDisposable
    {
        private readonly TempFolder _folder = new();
        private byte[]? _weights;

        public void Dispose() => _folder.Dispose();

        /// <summary>The file that it left.</summary>
        public async Task<byte[]> WeightsAsync()
        {
            if (_weights is null)
                await MustAsync(_folder, ["train", .. Words(_folder, "whole", 6), "--ranks", "2"]);
            return _weights ??= File.ReadAllBytes(_folder["whole/weights.safetensors"]);
        }
    }
}

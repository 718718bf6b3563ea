using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Lab.Design;
using Espalier.Lab.Engine.Store;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Table 10 from a folder in ImageNet's layout to the report, whole and killed on the way.</summary>
public sealed class Table10Specs : IDisposable
{
    private const int Kills = 2;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_small_imagenet_goes_through_all_of_table_10_and_a_run_killed_at_random_moments_ends_in_its_bits()
    {
        SmallImageNet.Write(_folder, "ilsvrc");
        JsonElement cells = (await Shell.MustAsync([.. Line("whole"), "--json"])).Json();
        Assert.Equal(2 + 3 + 3 * 3, cells.GetArrayLength()); // A and B, A pruned thrice, three methods at three sparsities and one epoch
        foreach (JsonElement cell in cells.EnumerateArray())
            Assert.InRange(
                cell.GetProperty("test_top5_accuracy_percent").GetDouble(),
                cell.GetProperty("test_accuracy_percent").GetDouble(),
                100
            );
        Grid grid = GridFile.Read(_folder["whole/run/grid.json"]);
        Assert.Equal((SmallImageNet.Classes, 80, 40), (grid.Facts.Classes, grid.Facts.TrainImages, grid.Facts.TestImages));
        Assert.Equal(64, grid.Facts.ImageShape.Height);
        string page = File.ReadAllText(_folder["whole/run/tables.md"]);
        Assert.Contains("top-5 test accuracy in %", page);
        Assert.Contains(": test accuracy in %", page);
        Assert.True(File.Exists(_folder["whole/run/figures/top5-accuracy-by-rewind-epoch-resnet50-width-0-05.svg"]));

        var random = new RandomStream(10, "interruption");
        int stages = Weights("whole").Count,
            killed = 0;
        for (int i = 0; i < Kills; i++)
            if (
                await KilledAsync(
                    Weights("cut").Count + 1 + random.NextInt(stages / 4),
                    TimeSpan.FromMilliseconds(200 * random.NextDouble())
                )
            )
                killed++;
        Assert.True(killed > 0, "no run was killed before it ended");
        await Shell.MustAsync(Line("cut"));
        Assert.Equal(Weights("whole"), Weights("cut"));
    }

    [Fact]
    public async Task Without_its_images_it_is_planned_and_not_run()
    {
        Assert.Contains("resnet50 on imagenet", (await Shell.MustAsync("plan", "table10")).Out);
        ShellResult refused = await Shell.RunAsync("reproduce", "table10", "--out", _folder["run"], "--store", _folder["store"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--data", Assert.Single(refused.ErrorLines));
    }

    [Fact]
    public async Task A_plan_is_laid_out_on_nodes_of_a_card_and_says_what_is_missing()
    {
        string[] line = ["plan", "table10", "--nodes", "4", "--gpus-per-node", "8"];
        JsonElement plan = (await Shell.MustAsync([.. line, "--device", "a100", "--json"])).Json();
        JsonElement[] schedules = [.. plan.GetProperty("schedules").EnumerateArray()];
        Assert.Equal([1, 2, 4, 8, 16, 32], schedules.Select(s => s.GetProperty("ranks").GetInt32()));
        Assert.Contains("Data parallelism buys", (await Shell.MustAsync([.. line, "--device", "a100"])).Out);
        ShellResult refused = await Shell.RunAsync(line);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--device", Assert.Single(refused.ErrorLines));
        Assert.Equal(2, (await Shell.RunAsync("plan", "table10", "--nodes", "0", "--device", "a100")).Code);
    }

    [Fact]
    public async Task On_two_ranks_it_ends_in_the_same_bits_whichever_of_its_processes_is_killed_at_a_random_moment()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found in /proc");
        SmallImageNet.Write(_folder, "ilsvrc");
        string[] ranks = ["--ranks", "2"];
        await Shell.MustAsync([.. Line("whole"), .. ranks]);
        SortedDictionary<string, string> expected = Weights("whole");
        Assert.NotEmpty(expected);
        Manifest[] all = [.. Manifests("whole").Select(file => Manifest.TryRead(file)!)];
        Assert.All(all, one => Assert.Equal(one.Epochs > 0 ? 2 : null, one.Provenance.Ranks));
        Assert.Contains("1 thread a rank, 2 ranks a worker", File.ReadAllText(_folder["whole/run/summary.json"]));

        // The run starts the two ranks again that lost one, and is at last killed itself.
        var random = new RandomStream(11, "interruption");
        string line = string.Join(' ', Line("cut").Concat(ranks).Select(EspalierProcess.Quoted));
        using Process process = EspalierProcess.Start(_folder[""], $"espalier {line} >/dev/null 2>&1");
        foreach (string command in new[] { "worker", "worker", "reproduce" })
        {
            int reached = Weights("cut").Count + 1;
            while (!process.HasExited && Weights("cut").Count < reached)
                await Task.Delay(5, TestContext.Current.CancellationToken);
            await Task.Delay(random.NextInt(300), TestContext.Current.CancellationToken);
            int rank = command == "worker" ? random.NextInt(2) : 0;
            await OtherProcesses.SignalAsync("KILL", await RankProcesses.WaitAsync(_folder["cut"], command, rank));
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        while (RankProcesses.In(_folder["cut"], "worker").Count > 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(Weights("cut").Count < expected.Count, "it ended before it was killed");
        await Shell.MustAsync([.. Line("cut"), .. ranks]);
        Assert.Equal(expected, Weights("cut"));
    }

    private async Task<bool> KilledAsync(int stages, TimeSpan delay)
    {
        string line = string.Join(' ', Line("cut").Select(EspalierProcess.Quoted));
        using Process process = EspalierProcess.Start(_folder[""], $"espalier {line} >/dev/null 2>&1");
        while (!process.HasExited && Weights("cut").Count < stages)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await Task.Delay(delay, TestContext.Current.CancellationToken);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode != 0;
    }

    /// <summary>Digests of the weights of all finished stages, by kind and id.</summary>
    private SortedDictionary<string, string> Weights(string run) =>
        Directory.Exists(_folder[$"{run}/store"])
            ? new(
                Manifests(run)
                    .Select(manifest => Path.Combine(Path.GetDirectoryName(manifest)!, "weights.safetensors"))
                    .Where(File.Exists)
                    .ToDictionary(
                        file => Path.GetRelativePath(_folder[run], file),
                        file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))
                    )
            )
            : [];

    private string[] Manifests(string run) => Directory.GetFiles(_folder[$"{run}/store"], Manifest.FileName, SearchOption.AllDirectories);

    private string[] Line(string run) =>
        [
            "reproduce",
            "table10",
            "--data",
            _folder["ilsvrc"],
            "--image-size",
            "64",
            "--model",
            "resnet50:width=0.05",
            "--scale",
            "0.03",
            "--rewind",
            "25",
            "--set",
            "batch_size=20",
            "--set",
            "match_images=40",
            "--workers",
            "1",
            "--threads",
            "1",
            "--out",
            _folder[$"{run}/run"],
            "--store",
            _folder[$"{run}/store"],
            "--quiet",
        ];
}

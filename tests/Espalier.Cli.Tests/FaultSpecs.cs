using System.Diagnostics;
using Espalier.Cli.Tests.Support;
using Espalier.Randomness;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Workers killed without warning at random moments: the run ends all the same, and in the same bits.</summary>
public sealed class FaultSpecs : IDisposable
{
    private const int Kills = 20;

    private static readonly string[] s_grid =
    [
        "--model",
        "mlp:width=32",
        "--epochs",
        "3",
        "--rewind",
        "0,1",
        "--round-epochs",
        "1",
        "--sparsity",
        "0.5,0.8",
        "--seeds",
        "0",
        "--controls",
        "--set",
        "round_fraction=0.4",
        "--set",
        "train_images=3000",
        "--set",
        "match_images=500",
        "--threads",
        "1",
        "--quiet",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Twenty_workers_killed_leave_every_artefact_as_it_would_have_been()
    {
        await Shell.MustAsync(["run", .. s_grid, "--workers", "2", "--store", _folder["whole"], "--out", _folder["runs/whole"]]);
        Dictionary<string, string> expected = Artefacts("whole");
        Assert.True(Directory.GetFiles(_folder["whole"], "manifest.json", SearchOption.AllDirectories).Length >= 40);

        var random = new RandomStream(11, "faults");
        int killed = 0;
        using var over = new CancellationTokenSource();
        Task killer = Task.Run(
            async () =>
            {
                while (killed < Kills && !over.IsCancellationRequested)
                {
                    await Task.Delay(150 + random.NextInt(900), TestContext.Current.CancellationToken);
                    int[] workers = Workers(_folder["cut"]);
                    if (workers.Length > 0 && Kill(workers[random.NextInt(workers.Length)]))
                        killed++;
                }
            },
            TestContext.Current.CancellationToken
        );
        for (int attempt = 0; attempt < 5; attempt++)
        {
            // A stage whose workers die too often is given up; running again takes it up.
            ShellResult result = await Shell.RunAsync([
                "run",
                .. s_grid,
                "--workers",
                "2",
                "--store",
                _folder["cut"],
                "--out",
                _folder["runs/cut"],
            ]);
            if (result.Code == 0)
                break;
        }
        await over.CancelAsync();
        await killer;
        Assert.True(killed >= Kills / 2, $"only {killed} workers were killed before the run was over");
        Assert.Equal(expected, Artefacts("cut"));
        Assert.Equal(0, (await Shell.RunAsync("store", "verify", "--store", _folder["cut"], "--quiet")).Code);
        Assert.Empty(Directory.Exists(_folder["cut/work"]) ? Directory.GetFileSystemEntries(_folder["cut/work"]) : []);
    }

    [Fact]
    public async Task Two_runs_at_once_on_one_store_share_the_work()
    {
        string[] line = ["run", .. s_grid, "--workers", "1", "--store", _folder["shared"]];
        ShellResult[] both = await Task.WhenAll(
            new[] { "first", "second" }.Select(name => Task.Run(() => Shell.RunAsync([.. line, "--out", _folder[$"runs/{name}"]])))
        );
        Assert.All(both, run => Assert.True(run.Code == 0, run.Err));
        Assert.Equal(both[0].Out.Replace("first", "second", StringComparison.Ordinal), both[1].Out);
        string[] manifests = Directory.GetFiles(_folder["shared"], "manifest.json", SearchOption.AllDirectories);
        Assert.Equal(manifests.Length, manifests.Select(Path.GetDirectoryName).Distinct().Count());
    }

    private Dictionary<string, string> Artefacts(string store) =>
        _folder
            .Digests($"{store}/stages")
            .Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(store, file.Key), file => file.Value);

    /// <summary>Workers of this store, by the command lines of all processes.</summary>
    private static int[] Workers(string store)
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "processes are found through /proc, which this system has not");
        var found = new List<int>();
        foreach (string folder in Directory.GetDirectories("/proc"))
            if (
                int.TryParse(Path.GetFileName(folder), out int id)
                && CommandLine(folder) is { } line
                && line.Contains("\0worker\0", StringComparison.Ordinal)
                && line.Contains(store, StringComparison.Ordinal)
            )
                found.Add(id);
        return [.. found];
    }

    private static string? CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // it ended in between
        }
    }

    private static bool Kill(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return false; // it ended in between
        }
    }
}

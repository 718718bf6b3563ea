using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What a run's folder keeps, and what is never put over it.</summary>
public sealed class RunFolderSpecs : IDisposable
{
    private const string Network = """
        { "name": "small one", "nodes": [
          { "name": "input", "operation": { "op": "input", "channels": 1, "height": 28, "width": 28 } },
          { "name": "flatten", "operation": { "op": "flatten" } },
          { "name": "fc1", "operation": { "op": "linear", "out": 8, "bias": true } }, { "name": "relu", "operation": { "op": "relu" } },
          { "name": "fc2", "operation": { "op": "linear", "out": 10, "bias": true } } ] }
        """;

    private static readonly string[] s_tiny =
    [
        "--epochs",
        "1",
        "--rewind",
        "0",
        "--round-epochs",
        "1",
        "--sparsity",
        "0.5",
        "--methods",
        "naive",
        "--set",
        "round_fraction=0.5",
        "--set",
        "train_images=128",
        "--set",
        "match_images=32",
        "--set",
        "batch_size=64",
        "--workers",
        "1",
        "--threads",
        "1",
        "--quiet",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_runs_own_grid_goes_on_in_its_folder_wherever_that_is()
    {
        await Shell.MustAsync(Line("run", "--model", _folder.WriteText("net.json", Network), "--out", _folder["elsewhere"]));
        string[] begun = _folder.Names;
        string[] line = ["run", _folder["elsewhere/grid.json"], "--store", _folder["store"], "--workers", "1", "--threads", "1", "--quiet"];
        ShellResult again = await Shell.MustAsync(line);
        Assert.Contains("elsewhere/report.html", again.Out);
        Assert.Equal(begun, _folder.Names);
    }

    [Fact]
    public async Task A_report_whose_store_is_gone_is_written_again_from_its_summary()
    {
        await Shell.MustAsync(Line("run", "--model", _folder.WriteText("net.json", Network), "--out", _folder["run"]));
        string[] names = ["summary.json", "tables.md", "tables.csv"];
        string[] before = [.. names.Select(name => File.ReadAllText(_folder[$"run/{name}"]))];
        Directory.Delete(_folder["store"], recursive: true);
        Refused(await Shell.RunAsync("report", _folder["run"]), "--from-summary");
        Refused(await Shell.RunAsync("report", _folder["run"], "--from-summary", "--store", _folder["store"]), "exclude each other");
        await Shell.MustAsync("report", _folder["run"], "--from-summary");
        Assert.Equal(before, names.Select(name => File.ReadAllText(_folder[$"run/{name}"])));
        string page = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains("drawn from summary.json", page);
        Assert.Contains("id=\"network-small-one\"", page);
        File.WriteAllText(_folder["run/summary.json"], "{}");
        Refused(await Shell.RunAsync("report", _folder["run"], "--from-summary"), "cannot be read as the summary of a run");
        Assert.Equal(page, File.ReadAllText(_folder["run/report.html"]));
    }

    [Fact]
    public async Task A_run_keeps_the_network_it_was_made_of()
    {
        string file = _folder.WriteText("net.json", Network);
        ShellResult first = await Shell.MustAsync(Line("run", "--model", file, "--out", _folder["run"]));
        File.WriteAllText(file, Network.Replace("\"out\": 8", "\"out\": 9", StringComparison.Ordinal)); // edited
        Assert.Equal(first.Out, (await Shell.MustAsync("report", _folder["run"])).Out);
        File.Delete(file); // and moved away
        Assert.Equal(first.Out, (await Shell.MustAsync("report", _folder["run"])).Out);
        Assert.Contains("0 folders", (await Shell.MustAsync("store", "gc", _folder["run"], "--store", _folder["store"])).Out);
        ShellResult again = await Shell.MustAsync(
            "run",
            _folder["run/grid.json"],
            "--workers",
            "1",
            "--threads",
            "1",
            "--quiet",
            "--store",
            _folder["store"],
            "--out",
            _folder["run"]
        );
        Assert.Equal(first.Out, again.Out);
        string summary = File.ReadAllText(_folder["run/summary.json"]);
        Assert.Contains("small one", summary);
        Assert.DoesNotContain("net.json", summary);
    }

    [Fact]
    public async Task A_report_is_not_replaced_by_an_emptier_one()
    {
        string[] line = Line("run", "--model", "mlp:width=8", "--out", _folder["run"]);
        await Shell.MustAsync(line);
        Dictionary<string, string> report = _folder.Digests("run");
        Directory.Move(_folder["store"], _folder["away"]);
        Directory.CreateDirectory(_folder["store"]); // where it was mounted
        Refused(await Shell.RunAsync("report", _folder["run"]), "not there");
        Refused(await Shell.RunAsync(line), "mount it");
        Refused(await Shell.RunAsync("store", "list", "--store", _folder["store"]), "not there");
        Assert.Empty(Directory.GetFileSystemEntries(_folder["store"]));
        await Shell.MustAsync(Line("run", "--model", "mlp:width=4", "--out", _folder["other"])); // another run has made a store there
        Refused(await Shell.RunAsync("report", _folder["run"]), "mounted");
        Assert.Equal(report, _folder.Digests("run"));
        Directory.Delete(_folder["store"], recursive: true);
        Directory.Move(_folder["away"], _folder["store"]);
        await Shell.MustAsync("report", _folder["run"]);
        Assert.Equal(report, _folder.Digests("run"));
    }

    [Fact]
    public async Task The_run_of_another_grid_in_a_folder_is_kept_and_said()
    {
        await Shell.MustAsync(Line("run", "--model", "mlp:width=8", "--out", _folder["run"]));
        string report = File.ReadAllText(_folder["run/report.html"]);
        ShellResult second = await Shell.MustAsync(Line("run", "--model", "mlp:width=8", "--seeds", "0-1", "--out", _folder["run"]));
        Assert.Contains("earlier", Assert.Single(second.ErrorLines, text => text.StartsWith("note: ", StringComparison.Ordinal)));
        Assert.Equal(report, File.ReadAllText(_folder["run/earlier/1/report.html"]));
        string numbers = File.ReadAllText(_folder["run/earlier/1/summary.json"]);
        await Shell.MustAsync("report", _folder["run/earlier/1"]);
        Assert.Equal(numbers, File.ReadAllText(_folder["run/earlier/1/summary.json"]));
        // The same again goes on where it is.
        await Shell.MustAsync(Line("run", "--model", "mlp:width=8", "--seeds", "0-1", "--out", _folder["run"]));
        Assert.False(Directory.Exists(_folder["run/earlier/2"]));
    }

    [Fact]
    public async Task Runs_without_a_name_have_folders_of_their_own_and_the_same_one_again_its_own()
    {
        string[] Of(string width, string seeds) =>
            ["run", "--model", $"mlp:width={width}", "--seeds", seeds, .. s_tiny, "--store", "store"];
        async Task<string[]> After(params string[] args)
        {
            ProcessResult result = await EspalierProcess.RunAsync(_folder.Path, "", args);
            Assert.True(result.Code == 0, result.Err);
            return [.. Directory.GetDirectories(_folder["runs"]).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
        }
        string first = Assert.Single(await After(Of("8", "0")));
        Assert.Matches("^mlp-[0-9a-f]{8}$", first);
        string report = File.ReadAllText(_folder[$"runs/{first}/report.html"]);
        Assert.Equal(2, (await After(Of("8", "1"))).Length);
        Assert.Equal(2, (await After(Of("8", "0"))).Length);
        Assert.Equal(report, File.ReadAllText(_folder[$"runs/{first}/report.html"]));
    }

    [Fact]
    public async Task Finished_stages_of_other_images_are_not_reused()
    {
        TinyCifar.Write(_folder["good"]);
        TinyCifar.Write(_folder["bad"]);
        byte[] batch = File.ReadAllBytes(_folder["bad/data_batch_1.bin"]);
        batch[100] ^= 1;
        File.WriteAllBytes(_folder["bad/data_batch_1.bin"], batch);
        string[] Of(string data, string seeds, string name) =>
            Line(
                "run",
                "--dataset",
                "cifar10",
                "--model",
                "mlp:width=8",
                "--seeds",
                seeds,
                "--data",
                _folder[data],
                "--out",
                _folder[name]
            );
        await Shell.MustAsync(Of("bad", "0", "run"));
        ShellResult refused = await Shell.RunAsync(Of("good", "0", "run"));
        Refused(refused, "digest");
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(refused.Err, "digest [0-9a-f]{12}"));
        Assert.Equal(refused.Err, (await Shell.RunAsync(["plan", .. Of("good", "0", "run")[1..]])).Err);
        await Shell.MustAsync(Of("good", "1", "other")); // nothing of the first is needed here
        foreach (string data in new[] { "good", "bad" })
            Refused(await Shell.RunAsync(Of(data, "0-1", "both")), "digest");
        // As if the folder of a run had been made by hand, or by an earlier version: its report mixes nothing.
        await Shell.MustAsync(Of("bad", "0", "run"));
        foreach (string file in new[] { "grid.json", "run.json" })
            _folder.WriteText(
                $"mixed/{file}",
                File.ReadAllText(_folder[$"run/{file}"]).Replace("\"seeds\": [\n    0\n  ]", "\"seeds\": [0, 1]", StringComparison.Ordinal)
            );
        Assert.Contains("[0, 1]", File.ReadAllText(_folder["mixed/grid.json"]));
        Refused(await Shell.RunAsync("report", _folder["mixed"]), "digest");
    }

    private string[] Line(params string[] words) => [.. words, .. s_tiny, "--store", _folder["store"]];

    private static void Refused(ShellResult result, string because)
    {
        Assert.True(result.Code == 2, $"{result.Code} {result.Out} {result.Err}");
        Assert.Contains(because, Assert.Single(result.ErrorLines));
    }
}

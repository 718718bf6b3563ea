using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Grids through the command line, with worker processes.</summary>
public sealed class GridRunSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_gives_every_cell_and_only_reads_them_the_second_time()
    {
        string[] line =
        [
            "run",
            .. TinyGrid.Words,
            "--workers",
            "2",
            "--threads",
            "1",
            "--store",
            _folder["store"],
            "--out",
            _folder["run"],
            "--json",
        ];
        JsonElement cells = (await Shell.MustAsync(line)).Json();
        // Two dense networks, one pruned network a target, and three methods for each target and rewind epoch.
        Assert.Equal(2 + 2 + 3 * 2 * 2, cells.GetArrayLength());
        Assert.Equal(
            ["dense", "dense-b", "imp", "lth", "naive", "permuted"],
            cells.EnumerateArray().Select(cell => cell.GetProperty("method").GetString()!).Distinct().Order(StringComparer.Ordinal)
        );
        string page = File.ReadAllText(_folder["run/report.html"]);
        Assert.All(
            ["mask-1-", "scores-", "permutations-", "network-", "signs-"],
            picture => Assert.Contains($"<figure id=\"{picture}", page, StringComparison.Ordinal)
        );
        Dictionary<string, string> before = _folder.Digests("store");
        Dictionary<string, DateTime> times = before.Keys.ToDictionary(file => file, file => File.GetLastWriteTimeUtc(_folder[file]));
        Assert.Equal(cells.GetRawText(), (await Shell.MustAsync(line)).Json().GetRawText());
        Assert.Equal(before, _folder.Digests("store"));
        Assert.All(times, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(_folder[file.Key])));
    }

    [Fact]
    public async Task What_one_run_did_another_need_not_do()
    {
        await Shell.MustAsync([
            "run",
            .. TinyGrid.Words,
            "--workers",
            "1",
            "--threads",
            "1",
            "--store",
            _folder["store"],
            "--out",
            _folder["first"],
        ]);
        string[] wider = [.. TinyGrid.Words, "--methods", "lth,naive,permuted,shuffled-units"];
        JsonElement plan = (
            await Shell.MustAsync([
                "plan",
                .. wider.Where(word => word != "--quiet"),
                .. (string[])["--store", _folder["store"], "--json"],
                _folder.WriteText("grid.json", "{}"),
            ])
        ).Json();
        JsonElement kinds = plan.GetProperty("stages_by_kind"),
            done = plan.GetProperty("done_by_kind");
        Assert.Equal(16, kinds.GetProperty("sparse").GetInt32());
        Assert.Equal(12, done.GetProperty("sparse").GetInt32());
        foreach (string kind in new[] { "dense", "prune", "match" })
            Assert.Equal(kinds.GetProperty(kind).GetInt32(), done.GetProperty(kind).GetInt32());
    }

    [Fact]
    public async Task A_plan_counts_what_a_run_then_spends()
    {
        string grid = _folder.WriteText(
            "grid.json",
            """{ "name": "counted", "seeds": "0-1", "methods": ["lth", "permuted", "b-imp", "dense"], "evaluate": "all" }"""
        );
        JsonElement plan = (
            await Shell.MustAsync(["plan", grid, .. TinyGrid.Words.Where(word => word != "--quiet"), "--store", _folder["store"], "--json"])
        ).Json();
        await Shell.MustAsync([
            "run",
            grid,
            .. TinyGrid.Words,
            "--workers",
            "2",
            "--threads",
            "1",
            "--store",
            _folder["store"],
            "--out",
            _folder["run"],
        ]);
        foreach (JsonProperty kind in plan.GetProperty("stages_by_kind").EnumerateObject())
        {
            JsonElement[] manifests =
            [
                .. Directory
                    .GetFiles(_folder[$"store/stages/{kind.Name}"], "manifest.json", SearchOption.AllDirectories)
                    .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement),
            ];
            Assert.Equal(kind.Value.GetInt32(), manifests.Length);
            if (!plan.GetProperty("epochs_by_kind").TryGetProperty(kind.Name, out JsonElement epochs))
                continue;
            // What was trained is counted in the metrics, a line an epoch.
            int trained = Directory
                .GetFiles(_folder[$"store/stages/{kind.Name}"], "metrics.jsonl", SearchOption.AllDirectories)
                .Sum(file => File.ReadAllLines(file).Length);
            Assert.Equal(epochs.GetInt32(), trained);
            Assert.Equal(trained, manifests.Sum(manifest => manifest.GetProperty("epochs").GetInt32()));
        }
    }

    [Fact]
    public async Task A_budget_is_fitted_anew_in_the_folder_of_another_grid_and_kept_in_that_of_its_own()
    {
        string[] Line(params string[] more) =>
            [
                "run",
                "--model",
                "mlp:width=16",
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
                "train_images=256",
                "--quiet",
                "--workers",
                "1",
                "--threads",
                "1",
                "--store",
                _folder["store"],
                "--out",
                _folder["run"],
                .. more,
            ];
        double Scale() => JsonDocument.Parse(File.ReadAllText(_folder["run/grid.json"])).RootElement.GetProperty("scale").GetDouble();
        await Shell.MustAsync(Line("--epochs", "4", "--scale", "0.5"));
        await Shell.MustAsync(Line("--epochs", "4", "--budget", "9h"));
        Assert.Equal(0.5, Scale()); // the same grid: it goes on as it was fitted
        await Shell.MustAsync(Line("--epochs", "6", "--budget", "9h"));
        Assert.Equal(1, Scale());
    }

    [Fact]
    public async Task A_store_can_be_listed_searched_and_cleaned()
    {
        string store = _folder["store"];
        await Shell.MustAsync(["run", .. TinyGrid.Words, "--workers", "1", "--threads", "1", "--store", store, "--out", _folder["run"]]);
        await Shell.MustAsync([
            "run",
            .. TinyGrid.Words,
            "--seeds",
            "1",
            "--methods",
            "dense",
            "--workers",
            "1",
            "--threads",
            "1",
            "--store",
            store,
            "--out",
            _folder["other"],
        ]);
        JsonElement found = (
            await Shell.MustAsync("store", "list", "--store", store, "--kind", "sparse", "--find", "permuted", "--json")
        ).Json();
        Assert.Equal(4, found.GetArrayLength());
        File.Delete(Path.Combine(store, "index.sqlite"));
        Assert.Equal(
            found.GetRawText(),
            (await Shell.MustAsync("store", "list", "--store", store, "--kind", "sparse", "--find", "permuted", "--json"))
                .Json()
                .GetRawText()
        );
        int before = Directory.GetFiles(store, "manifest.json", SearchOption.AllDirectories).Length;
        await Shell.MustAsync("store", "gc", _folder["run"], "--store", store);
        Assert.Equal(before, Directory.GetFiles(store, "manifest.json", SearchOption.AllDirectories).Length);
        await Shell.MustAsync("store", "gc", _folder["run"], "--store", store, "--yes");
        Assert.InRange(Directory.GetFiles(store, "manifest.json", SearchOption.AllDirectories).Length, 1, before - 1);
        string again = (await Shell.MustAsync("report", _folder["run"])).Out;
        Assert.Matches(@"\b(\d+) of \1 stages are done", again);
    }
}

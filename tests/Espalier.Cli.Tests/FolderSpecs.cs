using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>No command takes the place of another's work, or works where another does.</summary>
public sealed class FolderSpecs : WorkFolder
{
    [Fact]
    public async Task A_transplant_never_replaces_another_mask()
    {
        await TrainAsync("A");
        await Shell.MustAsync(Prune("A"));
        string mask = _folder["p/sparsity-0.75/mask.safetensors"],
            other = _folder["p/round-01/mask.safetensors"],
            start = _folder["A/weights.safetensors"];
        ShellResult first = await Shell.MustAsync("transplant", mask, "--start", start, "--out", _folder["start"]);
        ShellResult again = await Shell.MustAsync("transplant", mask, "--start", start, "--out", _folder["start"]);
        Assert.Equal(first.Out, again.Out);
        Assert.Contains("nothing was done", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
        await MustRefuseAsync("another mask", "transplant", other, "--start", start, "--out", _folder["start"]);
        await MustRefuseAsync("mask.safetensors", "transplant", mask, "--start", start, "--out", _folder["p/round-01"]);
    }

    [Fact]
    public async Task A_file_to_write_is_never_one_that_is_read_nor_one_of_finished_work()
    {
        await TrainAsync("A");
        await Shell.MustAsync(["train", "--name", "B", "--epochs", "1", .. Shell.Tiny, "--out", _folder["B"]]);
        await Shell.MustAsync(Prune("A"));
        string a = _folder["A/weights.safetensors"],
            b = _folder["B/weights.safetensors"],
            mask = _folder["p/round-01/mask.safetensors"],
            link = _folder["link.safetensors"];
        File.Copy(b, _folder["copy.safetensors"]);
        File.CreateSymbolicLink(link, a);
        foreach (string target in new[] { a, link, _folder["A/../B/weights.safetensors"], mask })
        {
            await MustRefuseAsync("written over", "match", a, b, "--train-images", "256", "--threads", "1", "--out", target);
            await MustRefuseAsync("written over", "repair", a, b, "--train-images", "256", "--threads", "1", "--out", target);
            await MustRefuseAsync("written over", "data", "show", "--sheet", target);
        }
        string copy = _folder["copy.safetensors"];
        await MustRefuseAsync("written over", "match", a, copy, "--train-images", "256", "--threads", "1", "--out", copy);
        await MustRefuseAsync("written over", "repair", copy, b, "--train-images", "256", "--threads", "1", "--out", copy);
    }

    [Fact]
    public async Task A_barrier_never_replaces_the_report_of_something_else()
    {
        await TrainAsync("A");
        string a = _folder["A/weights.safetensors"];
        string[] line =
        [
            "barrier",
            a,
            a,
            "--points",
            "3",
            "--refinements",
            "0",
            "--images",
            "16",
            "--train-images",
            "256",
            "--threads",
            "1",
            "--quiet",
            "--out",
            _folder["b"],
        ];
        ShellResult first = await Shell.MustAsync(line),
            again = await Shell.MustAsync(line);
        Assert.Equal(first.Out, again.Out);
        await MustRefuseAsync("points 3 instead of 5", [.. line.Select(word => word == "3" ? "5" : word)]);
        await MustRefuseAsync("report.html", ["run", "--model", "mlp:width=8", "--out", _folder["b"], "--store", _folder["store"]]);
        await MustRefuseAsync("report.html", ["demo", "--seeds", "1", "--out", _folder["b"]]);
        File.Delete(_folder["b/barrier-origin.json"]);
        await MustRefuseAsync("curves", line);
        foreach (string seed in new[] { "1", "2" })
            await Shell.MustAsync([.. Train(seed), "--seed", seed]);
        string[] others = [_folder["1/weights.safetensors"], _folder["2/weights.safetensors"]];
        await MustRefuseAsync(
            "report.html",
            ["plane", a, .. others, "--train-images", "256", "--threads", "1", "--quiet", "--out", _folder["b"]]
        );
    }

    [Fact]
    public async Task Two_commands_never_write_into_one_folder_at_once()
    {
        await TrainAsync("A");
        await Shell.MustAsync(Prune("A"));
        string mask = _folder["p/sparsity-0.75/mask.safetensors"],
            a = _folder["A/weights.safetensors"];
        using FolderLock held = FolderLock.Take(_folder["busy"]);
        string[] tiny = ["--train-images", "256", "--threads", "1", "--quiet", "--out", _folder["busy"]];
        foreach (
            string[] line in new string[][]
            {
                ["train", "--epochs", "1", "--model", "mlp:width=16", .. tiny],
                ["prune", a, "--sparsity", "0.5", "--round-epochs", "1", .. tiny],
                ["transplant", mask, "--start", a, "--out", _folder["busy"]],
                ["barrier", a, a, .. tiny],
                ["plane", a, a, a, .. tiny],
            }
        )
        {
            ShellResult result = await Shell.RunAsync(line);
            Assert.Equal(2, result.Code);
            Assert.Contains("Another command", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
            Assert.Empty(result.Out);
        }
        Assert.Equal(FolderLock.FileName, Assert.Single(Directory.EnumerateFileSystemEntries(_folder["busy"]).Select(Path.GetFileName)));
    }
}

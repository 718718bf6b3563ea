using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What a command finds in its folder is its own work, or is left alone.</summary>
public sealed class FolderSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--epochs 2", "epochs 1 instead of 2")]
    [InlineData("--lr 0.5", "learning rate 0.08 instead of 0.5")]
    [InlineData("--seed 3", "another start")]
    [InlineData("--train-images 128", "another data set")]
    [InlineData("--normalization 0.5/0.5", "another data set")]
    [InlineData("--checkpoints 0", "checkpoints [] instead of [0]")]
    public async Task A_training_of_other_options_is_refused_and_the_finished_one_kept(string change, string named)
    {
        await TrainAsync("A");
        string[] words = change.Split(' '),
            line = Train("A");
        int at = Array.IndexOf(line, words[0]);
        await MustRefuseAsync(named, at < 0 ? [.. line, .. words] : [.. line[..(at + 1)], words[1], .. line[(at + 2)..]]);
    }

    [Fact]
    public async Task The_same_training_given_again_says_that_it_is_done_and_prints_the_same()
    {
        ShellResult first = await TrainAsync("A"),
            json = await Shell.MustAsync([.. Train("A"), "--json"]);
        Dictionary<string, string> before = _folder.Digests();
        ShellResult again = await TrainAsync("A"),
            jsonAgain = await Shell.MustAsync([.. Train("A"), "--json"]);
        Assert.Equal((first.Out, json.Out), (again.Out, jsonAgain.Out));
        Assert.Contains("nothing was done", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Digests());
    }

    [Fact]
    public async Task Weights_of_unknown_origin_are_not_taken_for_a_training()
    {
        await TrainAsync("A");
        File.Delete(_folder["A/training-origin.json"]);
        await MustRefuseAsync("training-origin.json", Train("A"));
    }

    [Fact]
    public async Task A_pruning_takes_nothing_from_another_network_or_other_options()
    {
        await TrainAsync("A");
        await Shell.MustAsync(["train", "--name", "B", "--epochs", "1", .. Shell.Tiny, "--out", _folder["B"]]);
        ShellResult first = await Shell.MustAsync(Prune("A")),
            again = await Shell.MustAsync(Prune("A"));
        Assert.Equal(first.Out, again.Out);
        Assert.Contains("nothing was done", Assert.Single(again.ErrorLines), StringComparison.Ordinal);

        await MustRefuseAsync("another network", Prune("B"));
        await MustRefuseAsync("round epochs 1 instead of 2", Prune("A", "2"));
        await MustRefuseAsync("seed 0 instead of 7", [.. Prune("A"), "--seed", "7"]);
        await MustRefuseAsync("prunable NoShortcuts instead of AllWeights", [.. Prune("A"), "--prunable", "AllWeights"]);
    }

    [Fact]
    public async Task An_interrupted_pruning_is_not_continued_with_other_options()
    {
        await TrainAsync("A");
        await Shell.MustAsync(Prune("A"));
        Directory.Delete(_folder["p/sparsity-0.75"], recursive: true); // as if it had been stopped before its last round
        await MustRefuseAsync("round epochs 1 instead of 2", Prune("A", "2"));
        ShellResult continued = await Shell.MustAsync(Prune("A"));
        Assert.Empty(continued.Err);
    }

    [Fact]
    public async Task A_pruning_with_further_targets_shares_the_rounds_of_the_first()
    {
        await TrainAsync("A");
        await Shell.MustAsync(Prune("A"));
        string round = _folder["p/round-01/weights.safetensors"];
        DateTime written = File.GetLastWriteTimeUtc(round);
        await Shell.MustAsync([.. Prune("A").Select(word => word == "0.75" ? "0.6,0.75" : word)]);
        Assert.Equal(written, File.GetLastWriteTimeUtc(round));
        Assert.True(File.Exists(_folder["p/sparsity-0.6/weights.safetensors"]));
    }

    [Theory]
    [InlineData("0.5")] // the first round itself
    [InlineData("0.5,0.6,0.75")] // two rounds, and one between them
    public async Task The_same_pruning_given_again_is_done_where_a_target_is_a_round(string targets)
    {
        await TrainAsync("A");
        string[] line =
        [
            "prune",
            _folder["A/weights.safetensors"],
            "--sparsity",
            targets,
            "--round-fraction",
            "0.5",
            "--round-epochs",
            "1",
            "--train-images",
            "256",
            "--threads",
            "1",
            "--quiet",
            "--out",
            _folder["p"],
        ];
        ShellResult first = await Shell.MustAsync(line);
        Dictionary<string, string> before = _folder.Digests();
        ShellResult again = await Shell.MustAsync(line);
        Assert.Equal(first.Out, again.Out);
        Assert.Contains("nothing was done", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Digests());
    }

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

    private async Task MustRefuseAsync(string named, params string[] line)
    {
        Dictionary<string, string> before = _folder.Digests();
        ShellResult result = await Shell.RunAsync(line);
        Assert.True(result.Code == 2, $"exit code {result.Code}: {result.Err}{result.Out}");
        Assert.Contains(named, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Out);
        Assert.Equal(before, _folder.Digests());
    }

    private Task<ShellResult> TrainAsync(string name) => Shell.MustAsync(Train(name));

    private string[] Train(string name) => ["train", "--epochs", "1", .. Shell.Tiny, "--out", _folder[name]];

    private string[] Prune(string network, string epochs = "1") =>
        [
            "prune",
            _folder[$"{network}/weights.safetensors"],
            "--sparsity",
            "0.75",
            "--round-fraction",
            "0.4",
            "--round-epochs",
            epochs,
            .. Shell.Tiny,
            "--out",
            _folder["p"],
        ];
}

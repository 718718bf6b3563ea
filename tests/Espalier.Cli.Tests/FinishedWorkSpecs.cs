using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A training or pruning that is finished, or begun, is continued by the same command alone.</summary>
public sealed class FinishedWorkSpecs : WorkFolder
{
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
}

using System.Security.Cryptography;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Pruning rounds that go back to something, by the command.</summary>
public sealed class RewindCommandSpecs : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _folders;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prune_repeats_the_end_of_the_dense_training_from_its_weights_or_from_its_checkpoint()
    {
        string dense = _folder["A/weights.safetensors"],
            checkpoint = _folder["A/epoch-0001.safetensors"];
        await Shell.MustAsync(["train", "--epochs", "2", "--checkpoints", "1", "--out", _folder["A"], .. Shell.Tiny]);
        async Task<(string Weights, string Mask)> PruneAsync(params string[] options)
        {
            string folder = _folder[$"pruned-{_folders++}"];
            await Shell.MustAsync(["prune", dense, "--sparsity", "0.2", "--round-epochs", "1", .. options, "--out", folder, .. Shell.Tiny]);
            string[] files = ["weights.safetensors", "mask.safetensors"];
            string[] texts = [.. files.Select(file => Values(Path.Combine(folder, "sparsity-0.2", file)))];
            return (texts[0], texts[1]);
        }
        string[] rate = ["--round-rewind", "learning-rate", "--dense-epochs"];
        (string Weights, string Mask)[] found =
        [
            await PruneAsync(),
            await PruneAsync([.. rate, "2"]),
            await PruneAsync([.. rate, "3"]),
            await PruneAsync("--round-rewind", "weights", "--dense-epochs", "2", "--rewind-to", checkpoint),
        ];
        // What is kept is chosen by the trained weights, whatever the round then goes back to.
        Assert.Single(found.Select(round => round.Mask).Distinct());
        Assert.Equal(found.Length, found.Select(round => round.Weights).Distinct().Count());
        // Without --dense-epochs the network's file says how long it was trained.
        Assert.Equal(found[1].Weights, (await PruneAsync("--round-rewind", "learning-rate")).Weights);
        // A network without normalisations has nothing to interpolate.
        Assert.Equal(found[0].Weights, (await PruneAsync("--interpolate-normalization")).Weights);
    }

    [Theory]
    [InlineData("--dense-epochs 5", "--dense-epochs 5 says nothing", "--round-rewind")]
    [InlineData("--rewind-to A", "--rewind-to 'A' says nothing", "--round-rewind weights")]
    [InlineData("--round-rewind learning-rate --rewind-to A", "--rewind-to 'A' says nothing", "--round-rewind weights")]
    [InlineData("--round-rewind weights --dense-epochs 60", "checkpoint after 10 epochs", "--rewind-to")]
    [InlineData("--round-rewind learning-rate --dense-epochs 49", "last 50 epochs of a dense training of 49", "at most 49")]
    [InlineData("--round-rewind LearningRate", "'LearningRate'", "'learning-rate'")]
    public async Task What_does_not_go_together_is_refused(string options, string found, string expected)
    {
        await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["A"], .. Shell.Tiny]);
        ShellResult refused = await Shell.RunAsync([
            "prune",
            _folder["A/weights.safetensors"],
            .. options.Split(' '),
            "--out",
            _folder["out"],
            .. Shell.Tiny,
        ]);
        Assert.Equal(2, refused.Code);
        string line = Assert.Single(refused.ErrorLines);
        Assert.Contains(found, line);
        Assert.Contains(expected, line);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task A_checkpoint_of_another_epoch_is_refused()
    {
        await Shell.MustAsync(["train", "--epochs", "3", "--checkpoints", "1", "--out", _folder["A"], .. Shell.Tiny]);
        ShellResult refused = await Shell.RunAsync([
            "prune",
            _folder["A/weights.safetensors"],
            "--round-epochs",
            "1",
            "--round-rewind",
            "weights",
            "--rewind-to",
            _folder["A/epoch-0001.safetensors"],
            "--out",
            _folder["out"],
            .. Shell.Tiny,
        ]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("is of epoch 1; expected the dense training's checkpoint after 2 epochs", Assert.Single(refused.ErrorLines));
    }

    [Fact]
    public async Task A_checkpoint_of_another_network_is_refused_and_one_of_the_same_training_elsewhere_is_taken()
    {
        foreach (string name in new[] { "A", "B" })
            await Shell.MustAsync(["train", "--name", name, "--epochs", "2", "--checkpoints", "1", "--out", _folder[name], .. Shell.Tiny]);
        Task<ShellResult> PruneAsync(string checkpoint) =>
            Shell.RunAsync([
                "prune",
                _folder["A/weights.safetensors"],
                "--sparsity",
                "0.2",
                "--round-epochs",
                "1",
                "--round-rewind",
                "weights",
                "--rewind-to",
                checkpoint,
                "--out",
                _folder[$"out-{_folders++}"],
                .. Shell.Tiny,
            ]);
        ShellResult refused = await PruneAsync(_folder["B/epoch-0001.safetensors"]);
        Assert.Equal(2, refused.Code);
        string line = Assert.Single(refused.ErrorLines);
        Assert.Contains("is of another training than", line);
        Assert.Contains("another start, stream B.data instead of A.data; expected that training's own checkpoint", line);
        Assert.False(Directory.Exists(_folder["out-0"]));

        Directory.CreateDirectory(_folder["elsewhere"]);
        foreach (string file in new[] { "epoch-0001.safetensors", "training-origin.json" })
            File.Copy(_folder[$"A/{file}"], _folder[$"elsewhere/{file}"]);
        Assert.Equal(0, (await PruneAsync(_folder["elsewhere/epoch-0001.safetensors"])).Code);
        File.Delete(_folder["elsewhere/training-origin.json"]); // a file alone says nothing of its training
        Assert.Equal(0, (await PruneAsync(_folder["elsewhere/epoch-0001.safetensors"])).Code);
    }

    /// <summary>All tensors of a file, without what it says of where they come from.</summary>
    private static string Values(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int header = BitConverter.ToInt32(bytes); // safetensors: a length of eight bytes, a header, the tensors
        return Convert.ToHexString(SHA256.HashData(bytes.AsSpan(8 + header)));
    }
}

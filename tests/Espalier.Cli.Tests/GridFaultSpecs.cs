using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Grids of which something is damaged, or fails.</summary>
public sealed class GridFaultSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_damaged_artefact_is_noticed_made_again_and_told_of()
    {
        string[] line =
        [
            "run",
            .. TinyGrid.Words,
            "--workers",
            "1",
            "--threads",
            "1",
            "--store",
            _folder["store"],
            "--out",
            _folder["run"],
        ];
        await Shell.MustAsync(line);
        Dictionary<string, string> whole = Artefacts();
        string weights = Directory.GetFiles(_folder["store/stages/dense"], "weights.safetensors", SearchOption.AllDirectories)[0];
        byte[] bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);
        string manifest = Directory.GetFiles(_folder["store/stages/match"], "manifest.json", SearchOption.AllDirectories)[0];
        await File.WriteAllTextAsync(manifest, "{ \"format\": 1, ", TestContext.Current.CancellationToken);
        Assert.Equal(2, (await Shell.RunAsync("store", "verify", "--store", _folder["store"], "--quiet")).Code);

        ShellResult again = await Shell.MustAsync(line);
        Assert.Equal(
            2,
            again.ErrorLines.Count(text =>
                text.StartsWith("note: ", StringComparison.Ordinal) && text.Contains("made again", StringComparison.Ordinal)
            )
        );
        Assert.Equal(whole, Artefacts());
        Assert.Equal(0, (await Shell.RunAsync("store", "verify", "--store", _folder["store"], "--quiet")).Code);
    }

    [Fact]
    public async Task A_failing_training_takes_only_what_needs_it_down()
    {
        // A learning rate that diverges in pruning leaves A and B and everything dense.
        ShellResult result = await Shell.RunAsync([
            "run",
            .. TinyGrid.Words,
            "--set",
            "round_learning_rate=999",
            "--set",
            "round_weight_decay=900",
            "--methods",
            "permuted,dense",
            "--workers",
            "2",
            "--threads",
            "1",
            "--store",
            _folder["store"],
            "--out",
            _folder["run"],
        ]);
        Assert.Equal(2, result.Code);
        Assert.Contains("diverged", Assert.Single(result.ErrorLines)); // the first round, which is the first target
        // Dense from k = 0 and 1.
        Assert.Equal(2, Directory.GetFiles(_folder["store/stages/sparse"], "manifest.json", SearchOption.AllDirectories).Length);
        Assert.Single(Directory.GetFiles(_folder["store/stages/match"], "manifest.json", SearchOption.AllDirectories));
    }

    private Dictionary<string, string> Artefacts() =>
        _folder.Digests("store/stages").Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToDictionary();
}

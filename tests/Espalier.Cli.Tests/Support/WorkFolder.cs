using Xunit;

namespace Espalier.Cli.Tests.Support;

/// <summary>A folder of tiny trainings and prunings, for tests of what commands find in their folders.</summary>
public abstract class WorkFolder : IDisposable
{
    private protected readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The line is bad input whose one sentence names something, and changes no file.</summary>
    private protected async Task MustRefuseAsync(string named, params string[] line)
    {
        Dictionary<string, string> before = _folder.Digests();
        ShellResult result = await Shell.RunAsync(line);
        Assert.True(result.Code == 2, $"exit code {result.Code}: {result.Err}{result.Out}");
        Assert.Contains(named, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Out);
        Assert.Equal(before, _folder.Digests());
    }

    private protected Task<ShellResult> TrainAsync(string name) => Shell.MustAsync(Train(name));

    private protected string[] Train(string name) => ["train", "--epochs", "1", .. Shell.Tiny, "--out", _folder[name]];

    private protected string[] Prune(string network, string epochs = "1") =>
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

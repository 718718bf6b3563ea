using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>A network whose numbers mean nothing gets a sentence, never a result.</summary>
public sealed class NotFiniteSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("evaluate {w}")]
    [InlineData("evaluate {w} --json")]
    [InlineData("barrier {w} {w} --images 16")]
    [InlineData("repair {w} {w} --out {out}")]
    [InlineData("diversity {w} {w}")]
    public async Task Weights_that_overflow_are_refused(string line)
    {
        await Shell.MustAsync(["train", "--epochs", "1", .. Shell.Tiny, "--out", _folder["A"]]);
        TensorFile file = Safetensors.Read(_folder["A/weights.safetensors"]);
        Safetensors.Write(
            _folder["w"],
            file.Tensors.Values.Select(t => StoredTensor.FromFloats(t.Name, t.Shape, [.. t.ToFloats().Select(v => v * 1e37f)])),
            file.Metadata
        );
        ShellResult result = await Shell.RunAsync([
            .. line.Split(' ').Select(word => word is "{w}" or "{out}" ? _folder[word[1..^1]] : word),
            "--threads",
            "1",
            "--quiet",
        ]);
        Assert.True(result.Code == 2, $"{result.Code}: {result.Out}{result.Err}");
        Assert.Contains("not finite", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public async Task A_negative_variance_is_refused_when_it_is_read()
    {
        await Shell.MustAsync(
            "train",
            "--epochs",
            "1",
            "--model",
            "resnet20:blocks=1",
            "--train-images",
            "128",
            "--threads",
            "1",
            "--quiet",
            "--out",
            _folder["A"]
        );
        TensorFile file = Safetensors.Read(_folder["A/weights.safetensors"]);
        Safetensors.Write(
            _folder["w"],
            file.Tensors.Values.Select(t =>
                t.Name == "bn1.running_var" ? StoredTensor.FromFloats(t.Name, t.Shape, [-0.5f, .. t.ToFloats()[1..]]) : t
            ),
            file.Metadata
        );
        ShellResult result = await Shell.RunAsync("evaluate", _folder["w"], "--threads", "1");
        Assert.Equal(2, result.Code);
        Assert.Contains("variance of -0.5 in 'bn1.running_var'", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }
}

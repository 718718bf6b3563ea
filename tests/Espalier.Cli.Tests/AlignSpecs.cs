using System.Text.Json;
using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Symmetry;
using Espalier.Weights;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Two checkpoints of PyTorch become an alignment, and a comparison says what it did.</summary>
public sealed class AlignSpecs : IDisposable
{
    private static readonly string[] s_small =
    [
        "--points",
        "3",
        "--refinements",
        "0",
        "--images",
        "256",
        "--statistics-images",
        "64",
        "--match-images",
        "256",
        "--json",
        .. Shell.Tiny,
    ];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_planted_permutation_is_undone_and_the_barrier_falls_to_nothing()
    {
        await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["B"], .. Shell.Tiny]);
        using WeightSet b = WeightsFile.Read(_folder["B/weights.safetensors"]);
        Permutation planted = Permutation.Uniform(PermutationGroups.Of(b.Network), new Randomness.RandomStream(5, "planted"));
        using WeightSet a = planted.Apply(b);
        TensorFormat.Write(_folder["A.pth"], StateDict.Of(a));
        TensorFormat.Write(_folder["B.pth"], StateDict.Of(b));
        string[] line = ["align", _folder["A.pth"], _folder["B.pth"], "--out", _folder["align"], .. s_small];
        JsonElement said = (await Shell.MustAsync(line)).Json();
        JsonElement[] barriers = [.. said.GetProperty("barriers").EnumerateArray()];
        double Loss(bool aligned) =>
            barriers
                .First(barrier => barrier.GetProperty("aligned").GetBoolean() == aligned)
                .GetProperty("test")
                .GetProperty("barrier")
                .GetProperty("loss")
                .GetDouble();
        Assert.True(Loss(false) > 0.01, $"{Loss(false)} before");
        Assert.Equal(0, Loss(true), 1e-6);
        using WeightSet aligned = WeightsFile.Read(_folder["align/aligned.pth"]);
        Permutation found = PermutationFile.Read(_folder["align/permutation.safetensors"]);
        using WeightSet moved = found.Apply(a);
        Assert.True(aligned.BitEquals(moved));
        string page = File.ReadAllText(_folder["align/report.html"]);
        Assert.Contains("<figure id=\"scores\"", page, StringComparison.Ordinal);
        Assert.Contains("<dt>error barrier, aligned", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("seed<|seeds<|over seeds|stages", page[..page.IndexOf("Every option", StringComparison.Ordinal)]);
        Assert.True(File.Exists(_folder["align/figures/permutations.png"]));
        JsonElement diff = (await Shell.MustAsync("diff", _folder["align/aligned.pth"], _folder["B/weights.safetensors"], "--json")).Json();
        Assert.InRange(diff.GetProperty("total").GetProperty("relative_distance").GetDouble(), 0, 0.2);
        Dictionary<string, string> before = _folder.Digests("align/curves");
        await Shell.MustAsync(line);
        Assert.Equal(before, _folder.Digests("align/curves"));
        ShellResult other = await Shell.RunAsync([.. line.Select(word => word == "3" ? "5" : word)]);
        Assert.Equal(2, other.Code);
        Assert.Single(other.ErrorLines, error => error.StartsWith("error: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Comparisons_are_tables_and_say_whether_anything_differs()
    {
        Safetensors.Write(_folder["a"], [StoredTensor.FromFloats("w", [1], [1])]);
        ShellResult refused = await Shell.RunAsync("diff", _folder["a"], _folder["a"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--model", refused.Err);
        await Shell.MustAsync(["train", "--epochs", "1", "--out", _folder["B"], .. Shell.Tiny]);
        string weights = _folder["B/weights.safetensors"];
        ShellResult same = await Shell.MustAsync("diff", weights, weights);
        Assert.Contains("nothing differs", same.Out);
        Assert.Contains("signs agree", same.Out);
        Assert.Contains("100.0%", same.Out);
    }
}

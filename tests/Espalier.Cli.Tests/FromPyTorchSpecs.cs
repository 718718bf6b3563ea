using System.Text.RegularExpressions;
using Espalier.Cli.Tests.Support;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Weights;
using SkiaSharp;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Who comes from PyTorch: the commands of the page, and of the README, lead from two checkpoints to a ticket.</summary>
public sealed partial class FromPyTorchSpecs : IDisposable
{
    private static readonly Dictionary<string, string[]> s_small = new()
    {
        ["evaluate"] = [],
        ["align"] = ["--points", "3", "--refinements", "0", "--statistics-images", "8", "--match-images", "8"],
        ["prune"] = ["--round-fraction", "0.7", "--batch-size", "8"],
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("docs/from-pytorch.md", "", 6)]
    [InlineData("README.md", "## Your networks and images", 5)]
    public async Task Every_command_of_the_page_runs_and_leaves_a_ticket(string file, string heading, int least)
    {
        Network network = Models.Build("resnet20", Shape.Maps(3, 32, 32), 2);
        _folder.WriteText("net.json", NetworkJson.Write(network)); // as tools/espalier-export would, which tests/interop/from-pytorch tries
        foreach (string name in new[] { "A", "B" })
        {
            using WeightSet weights = Initialization.KaimingNormal(network, new RandomStream(0, $"{name}.init"));
            TensorFormat.Write(_folder[$"{name}.pth"], StateDict.Of(weights));
        }
        foreach (string part in new[] { "train", "val" })
        foreach (string name in new[] { "cat", "dog" })
            for (int i = 0; i < (part == "train" ? 8 : 2); i++)
                Photo($"photos/{part}/{name}/{i}.jpg", (byte)(name == "cat" ? 40 : 200), 34 + i);
        string page = await File.ReadAllTextAsync(Repository.PathOf(file), TestContext.Current.CancellationToken);
        if (heading.Length > 0)
            page = page[page.IndexOf(heading, StringComparison.Ordinal)..].Split("\n## ")[0];
        string[] lines = [.. Command().Matches(page.Replace("\\\n", "")).Select(match => match.Value)];
        Assert.True(lines.Length >= least, $"{lines.Length} commands");
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            await Shell.MustAsync([
                .. words.Select(word =>
                    word is "A.pth" or "B.pth" or "net.json" || word.StartsWith("runs/", StringComparison.Ordinal) ? _folder[word]
                    : word == "5" ? "1" // epochs a round
                    : word == "folder:photos" ? $"folder:{_folder["photos"]}"
                    : word
                ),
                .. s_small.TryGetValue(words[0], out string[]? small) ? [.. small, "--threads", "1", "--quiet"] : Array.Empty<string>(),
            ]);
        }
        using WeightSet ticket = WeightsFile.Read(_folder["runs/ticket.pth"]);
        Assert.True(ticket.ZeroWeights > 200_000, $"{ticket.ZeroWeights} zeros");
        Assert.True(File.Exists(_folder["runs/align/aligned.pth"]));
    }

    private void Photo(string path, byte level, int side)
    {
        var random = new RandomStream(side, path);
        using SKBitmap bitmap = new(new SKImageInfo(side + 5, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < side; y++)
        for (int x = 0; x < side + 5; x++)
            bitmap.SetPixel(x, y, new SKColor((byte)(level + random.NextInt(50)), level, (byte)random.NextInt(256)));
        _folder.Write(path, bitmap.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray());
    }

    [GeneratedRegex("^espalier .*$", RegexOptions.Multiline)]
    private static partial Regex Command();
}

using System.Text.RegularExpressions;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>Every command of the pages on experiments runs, in their order, on a schedule and images cut down to seconds.</summary>
public sealed partial class DocumentSpecs : IDisposable
{
    /// <summary>What makes a grid's command short; the rest of the line stays as the page has it.</summary>
    private static readonly (string Option, string Value)[] s_short =
    [
        ("--epochs", "2"),
        ("--round-epochs", "1"),
        ("--rewind", "0,1"),
        ("--seeds", "0"),
        ("--sparsity", "0.5"),
        ("--scale", "1"),
        ("--budget", "9h"),
        ("--only", "sparsity=0.5,method=naive|permuted"),
        ("--match-epochs", "1,2"),
    ];

    private static readonly string[] s_added = ["--epochs", "--round-epochs", "--rewind", "--seeds", "--sparsity"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("reproducing.md", 8)]
    [InlineData("grids.md", 4)]
    [InlineData("store.md", 5)]
    [InlineData("landscapes.md", 11)]
    [InlineData("matching.md", 6)]
    [InlineData("baselines.md", 1)]
    [InlineData("signed-tickets.md", 1)]
    [InlineData("walkthrough.md", 8)]
    public async Task Every_command_of_the_page_runs(string page, int least)
    {
        string text = await File.ReadAllTextAsync(Repository.PathOf($"docs/{page}"), TestContext.Current.CancellationToken);
        Match[] blocks = [.. Blocks().Matches(text).Cast<Match>()];
        foreach (Match json in blocks.Where(block => block.Groups[1].Value == "json"))
            _folder.WriteText("widths.json", json.Groups[2].Value);
        TinyCifar.Write(_folder["DIR"]);
        string[] lines =
        [
            .. blocks
                .SelectMany(block => block.Groups[2].Value.Replace("\\\n", "").Split('\n'))
                .Where(line => line.StartsWith("espalier ", StringComparison.Ordinal)),
        ];
        Assert.True(lines.Length >= least, $"{page} has {lines.Length} commands");
        if (page == "store.md")
            await Shell.MustAsync(Words("espalier run --model mlp --epochs 10 --round-epochs 3"));
        foreach (string line in lines)
            await Shell.MustAsync(Words(line));
    }

    /// <summary>
    /// What the helps of the commands show follows from each other: every file that an example reads is one that an earlier one wrote.
    /// </summary>
    [Fact]
    public async Task Every_example_of_the_helps_on_networks_runs()
    {
        var lines = new List<string>();
        foreach (
            string command in new[]
            {
                "train",
                "prune",
                "match",
                "transplant",
                "evaluate",
                "show",
                "convert",
                "diff",
                "align",
                "barrier",
                "repair",
                "plane",
                "diversity",
            }
        )
            lines.AddRange(
                Examples().Matches((await Shell.MustAsync(command, "--help")).Out).Select(match => match.Groups[1].Value.TrimEnd())
            );
        string[] sparse =
        [
            .. lines.Where(line => line.Contains("train", StringComparison.Ordinal) && line.Contains("--mask", StringComparison.Ordinal)),
        ];
        string transplant = lines.Single(line => line.StartsWith("espalier transplant", StringComparison.Ordinal));
        lines.RemoveAll(sparse.Contains);
        lines.InsertRange(lines.IndexOf(transplant) + 1, sparse);
        Assert.True(lines.Count >= 13 && sparse.Length > 0, string.Join('\n', lines));
        foreach (string line in lines)
            await Shell.MustAsync(Words(line));
    }

    /// <summary>The words of a line, its folders put below this test's own and its schedule cut down.</summary>
    private string[] Words(string line)
    {
        List<string> words = [.. Word().Matches(line).Skip(1).Select(word => word.Value.Trim('"'))];
        bool isGrid = words[0] is "run" or "reproduce" or "plan",
            isRun = words[0] is "run" or "reproduce";
        if (isGrid)
            foreach ((string option, string value) in s_short)
                if (words.IndexOf(option) is var at && at >= 0)
                    words[at + 1] = value;
                else if (s_added.Contains(option))
                    words.AddRange([option, value]);
        string name = words.ElementAtOrDefault(1) switch
        {
            "widths.json" => "widths",
            { } preset when !preset.StartsWith('-') => preset,
            _ => "widths",
        };
        if (isGrid)
            words.AddRange([
                "--set",
                "train_images=128",
                "--set",
                "match_images=32",
                "--set",
                "batch_size=64",
                "--set",
                "round_fraction=0.5",
            ]);
        if (isGrid && (words.Contains("table1") || words.Any(word => word.Contains("diversity"))))
            words[words.IndexOf("--seeds") + 1] = "0-1"; // one network a seed
        if (isGrid)
            words.AddRange([
                "--set",
                "curve_points=3",
                "--set",
                "plane_points=3",
                "--set",
                "study_images=64",
                "--set",
                "statistics_images=32",
            ]);
        if (words[0] == "train")
            words[words.IndexOf("--epochs") + 1] = words.Contains("--checkpoints") ? "2" : "1";
        if (words[0] == "prune")
            words.AddRange(words.Contains("--round-epochs") ? [] : ["--round-epochs", "1"]);
        if (words[0] == "prune")
            words[words.IndexOf("--round-epochs") + 1] = "1";
        if (words[0] is "match" or "align" && !words.Exists(word => word.Contains("by=weights")))
            words.AddRange(["--match-images", "32"]);
        if (words[0] is "train" or "prune" or "match" or "align" or "evaluate" or "barrier" or "repair" or "plane" or "diversity")
            words.AddRange(["--train-images", "256", "--threads", "1", "--quiet"]);
        if (words.IndexOf("update_every=20") is var updates && updates >= 0)
            words[updates] = "update_every=1";
        if (words[0] is "barrier" or "plane" or "align" && !words.Contains("--points"))
            words.AddRange(["--points", "3"]);
        if (words[0] is "barrier" or "repair" or "plane" && !words.Contains("--images"))
            words.AddRange(["--images", "256"]);
        if (words[0] is "barrier" && !words.Contains("--refinements"))
            words.AddRange(["--refinements", "0"]);
        if (words[0] is "barrier" or "repair" or "plane" && !words.Contains("--statistics-images"))
            words.AddRange(["--statistics-images", "64"]);
        if (words.Contains("--points"))
            words[words.IndexOf("--points") + 1] = "3";
        if (isRun)
            words.AddRange(["--quiet", "--workers", "1", "--threads", "1", "--out", _folder[$"runs/{name}"]]);
        if ((isGrid || words[0] == "store") && !words.Contains("--store"))
            words.AddRange(["--store", _folder["runs/store"]]);
        return
        [
            .. words.Select(word =>
                word.StartsWith("runs/", StringComparison.Ordinal) || word is "DIR" or "widths.json" ? _folder[word] : word
            ),
        ];
    }

    [GeneratedRegex("```(\\w*)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^\s*(?:Example: )?(espalier \S+ .*-.*|espalier (?:show|evaluate|diversity) runs.*)$", RegexOptions.Multiline)]
    private static partial Regex Examples();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}

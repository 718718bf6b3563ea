using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>The pages on clusters say commands that there are, and those of the folder to copy run on a Slurm.</summary>
[Collection(SlurmCluster.Name)]
public sealed partial class ClusterPageSpecs(SlurmCluster cluster) : IDisposable
{
    private const string Sample = "samples/cluster",
        Page = "docs/cluster.md";

    /// <summary>Options of sbatch's and of dotnet's; those with their value behind "=" are not looked at.</summary>
    private static readonly string[] s_ofOthers = ["--requeue", "--tool-path", "--ntasks", "--cpus-per-task", "--gpus-per-task"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Sample + "/README.md", 4)]
    [InlineData(Page, 4)]
    public void Every_command_and_option_of_the_page_is_one_of_the_program(string page, int least)
    {
        string text = File.ReadAllText(Repository.PathOf(page));
        string[] lines = [.. Commands().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.True(lines.Length >= least, $"{page} has {lines.Length} commands");
        using StringWriter standard = new(),
            errors = new();
        RootCommand root = Application.Build(new Output(standard, errors));
        foreach (string line in lines)
            Assert.True(root.Parse(Words(line)).Errors is [] or null, line);
        HashSet<string> known =
        [
            .. root
                .Subcommands.Where(c => c.Name is "submit" or "work" or "status" or "doctor")
                .SelectMany(c => c.Options)
                .Select(o => o.Name),
        ];
        Assert.All(
            Options().Matches(text).Select(match => match.Groups[1].Value).Except(s_ofOthers),
            option => Assert.Contains(option, known)
        );
    }

    [Fact]
    public async Task The_four_commands_of_the_folder_to_copy_run_in_their_order()
    {
        await cluster.NeedAsync();
        string text = File.ReadAllText(Repository.PathOf($"{Sample}/README.md"));
        string[] lines = [.. Commands().Matches(text).Select(match => match.Groups[1].Value)];
        JsonNode grid = JsonNode.Parse(File.ReadAllText(Repository.PathOf($"{Sample}/grid.json")))!;
        // The grid that comes with it, cut down to seconds.
        (grid["seeds"], grid["sparsities"], grid["rewind_epochs"]) = ("0", new JsonArray(0.5), new JsonArray(0));
        (grid["options"]!["epochs"], grid["options"]!["round_epochs"], grid["options"]!["train_images"]) = (2, 1, 256);
        _folder.WriteText("grid.json", grid.ToJsonString());
        foreach (string line in lines)
        {
            string[] words = [.. Words(line).Select(word => word is "grid.json" or "store" or "run" ? _folder[word] : word)];
            if (Array.IndexOf(words, "--cpus") is var cpus && cpus >= 0)
                words[cpus + 1] = "1"; // a node has no more here
            ShellResult result = await Shell.MustAsync(words);
            Assert.Equal(words.Contains("--dry-run"), result.Out.Contains("#SBATCH", StringComparison.Ordinal));
        }
        await SlurmCluster.UntilAsync(
            async () => (await SlurmCluster.AskAsync("squeue", "-h", "-o", "%i")).Trim().Length == 0,
            () => "all jobs have ended"
        );
        Assert.True(File.Exists(_folder["run/report.html"]));
    }

    private static string[] Words(string line) => [.. Word().Matches(line).Skip(1).Select(word => word.Value.Trim('"'))];

    /// <summary>Lines of a block, and commands within a sentence that have something behind their name.</summary>
    [GeneratedRegex(@"(?:^|`)(espalier [a-z]+ [^`\n]+)", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"(?<=[`( ])(--[a-z][a-z-]*)(?![a-z=@-])")]
    private static partial Regex Options();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}

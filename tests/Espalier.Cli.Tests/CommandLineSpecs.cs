using System.CommandLine;
using System.CommandLine.Completions;
using System.Runtime.CompilerServices;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Espalier.Lab.Design;
using Espalier.Lab.Engine;
using Xunit;

namespace Espalier.Cli.Tests;

public sealed class CommandLineSpecs
{
    public static TheoryData<string> Commands()
    {
        var paths = new TheoryData<string>();
        foreach (
            Command command in Application.Build(new Output(TextWriter.Null, TextWriter.Null)).Subcommands.Where(command => !command.Hidden)
        )
        {
            if (command.Subcommands.Count == 0)
                paths.Add(command.Name);
            foreach (Command below in command.Subcommands)
                paths.Add($"{command.Name} {below.Name}");
        }
        return paths;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_of_every_command_shows_an_example(string path)
    {
        ShellResult result = await Shell.MustAsync([.. path.Split(' '), "--help"]);
        Assert.Contains("Example", result.Out);
        Assert.Contains($"espalier {path}", result.Out);
        Assert.Empty(result.Err);
    }

    [Fact]
    public async Task Help_of_all_lists_every_command()
    {
        ShellResult result = await Shell.MustAsync("--help");
        foreach (string path in Commands().Select(row => row.Data.Split(' ')[0]))
            Assert.Contains(path, result.Out);
    }

    [Theory]
    [InlineData("trian", "'train'")]
    [InlineData("reprodce table5", "'reproduce'")]
    [InlineData("reproduce tabel5", "'table5'")]
    [InlineData("run --set round_epoch=2", "'round_epochs'")]
    [InlineData("run --methods permutd", "'permuted'")]
    [InlineData("data fetsh", "'fetch'")]
    [InlineData("train --out x --epoch 3", "'--epochs'")]
    [InlineData("train --outt x", "'--out'")]
    [InlineData("match a b --out p --scor Correlation", "'--score'")]
    [InlineData("evaluate a --modle mlp", "'--model'")]
    [InlineData("train --out x --dataset cifar1O", "'cifar10'")]
    [InlineData("train --out x --model resnet2O", "'resnet20'")]
    [InlineData("train --out x --model mlp:widht=4", "'width'")]
    [InlineData("train --out x --schedule CosineByStep", "'CosineBySteps'")]
    [InlineData("evaluate a --split tets", "'test'")]
    public async Task A_slip_of_the_finger_suggests_the_nearest_name(string line, string nearest)
    {
        ShellResult result = await Shell.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Code);
        Assert.Contains($"did you mean {nearest}?", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public void Every_kind_of_stage_can_be_listed()
    {
        Command list = Application
            .Build(new Output(TextWriter.Null, TextWriter.Null))
            .Subcommands.Single(c => c.Name == "store")
            .Subcommands.Single(c => c.Name == "list");
        IEnumerable<string> offered = list
            .Options.Single(option => option.Name == "--kind")
            .GetCompletions(CompletionContext.Empty)
            .Select(item => item.Label);
        IEnumerable<string> kinds = typeof(Stage)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Stage)) && !type.IsAbstract)
            .Select(type => ((Stage)RuntimeHelpers.GetUninitializedObject(type)).Kind)
            .Distinct();
        Assert.Equal(kinds.Order(StringComparer.Ordinal), offered.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("data show --json")]
    [InlineData("doctor --threads 1 --json")]
    public async Task Json_output_parses(string line) => Assert.NotEqual(default, (await Shell.RunAsync(line.Split(' '))).Json().ValueKind);

    [Theory]
    [InlineData("--help")]
    [InlineData("data show")]
    [InlineData("completion bash")]
    [InlineData("nonsense")]
    public async Task Piped_output_has_no_escape_codes(string line)
    {
        ShellResult result = await Shell.RunAsync(line.Split(' '));
        Assert.DoesNotContain('\u001b', result.Out + result.Err);
        Assert.DoesNotContain('\r', result.Out + result.Err);
    }

    [Theory]
    [InlineData("bash", "complete -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete -c espalier")]
    public async Task Completion_scripts_ask_the_program_itself(string shell, string registers)
    {
        string script = (await Shell.MustAsync("completion", shell)).Out;
        Assert.Contains(registers, script);
        Assert.Contains("[suggest:", script);
    }

    [Fact]
    public async Task The_suggest_directive_lists_commands()
    {
        string[] found = (await Shell.MustAsync("[suggest]", "")).Out.Split('\n', StringSplitOptions.TrimEntries);
        foreach (
            string command in new[]
            {
                "demo",
                "run",
                "reproduce",
                "plan",
                "report",
                "store",
                "train",
                "prune",
                "match",
                "transplant",
                "evaluate",
                "show",
                "data",
                "doctor",
                "completion",
            }
        )
            Assert.Contains(command, found);
    }

    [Fact]
    public async Task The_suggest_directive_completes_a_line_of_a_shell()
    {
        const string Line = "espalier tra";
        string[] found = (await Shell.MustAsync($"[suggest:{Line.Length}]", Line)).Out.Split(
            '\n',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        Assert.Contains("train", found);
        Assert.DoesNotContain("demo", found);
    }

    [Fact]
    public async Task The_suggest_directive_lists_options_of_a_command()
    {
        const string Line = "espalier train --ep";
        Assert.Contains("--epochs", (await Shell.MustAsync($"[suggest:{Line.Length}]", Line)).Out);
    }
}

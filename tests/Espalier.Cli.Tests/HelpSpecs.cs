using System.CommandLine;
using Espalier.Cli.Terminal;
using Espalier.Cli.Tests.Support;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary>What the helps say is laid out for a terminal, however the code that holds it is.</summary>
public sealed class HelpSpecs
{
    [Fact]
    public void A_line_that_goes_on_after_a_backslash_is_one_line() =>
        Assert.Equal(
            "espalier show a.safetensors --json\nand C:\\a",
            ContinuedLines.Joined("espalier show \\\n    a.safetensors \\\n  --json\nand C:\\a")
        );

    [Fact]
    public void No_description_shows_how_its_code_is_laid_out()
    {
        string[] texts =
        [
            .. Below(Application.Build(new Output(TextWriter.Null, TextWriter.Null))).Select(command => command.Description!),
        ];
        Assert.True(texts.Length > 20, $"{texts.Length} commands");
        Assert.DoesNotContain(texts, text => text.Contains("\\\n", StringComparison.Ordinal));
    }

    /// <summary>An example is copied into a shell: it is one line, to its last option.</summary>
    [Fact]
    public async Task A_long_example_is_one_line() =>
        Assert.Contains(
            "Example: espalier repair runs/A/weights.safetensors runs/B/weights.safetensors "
                + "-p runs/match/permutation.safetensors --out runs/merged.safetensors",
            (await Shell.MustAsync("repair", "--help")).Out
        );

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}

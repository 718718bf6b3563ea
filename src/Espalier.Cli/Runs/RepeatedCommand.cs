using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Espalier.Cli.Options;
using Espalier.Data;

namespace Espalier.Cli.Runs;

/// <summary>The command line that repeats a run's results, wherever that is done.</summary>
internal sealed class RepeatedCommand(GridOptionSet cells, ParseResult parsed)
{
    /// <summary>Options that change no number: where things are, and how many workers there are.</summary>
    private static readonly string[] s_local =
    [
        "--store",
        "--out",
        "--data",
        "--quiet",
        "--json",
        "--workers",
        "--threads",
        RankOption.Name,
        "--device",
        LibtorchOption.Name,
        "--keep-failed",
        Times.SaveEveryName,
        "--join",
        OwnImageOptionSet.MemoryName,
    ];

    /// <summary>The whole command: the options given that change results, as they were given.</summary>
    /// <param name="command">The command line up to its options, such as <c>reproduce table5</c>.</param>
    public string After(string command)
    {
        var said = new StringBuilder($"espalier {command}");
        foreach (
            OptionResult result in parsed
                .CommandResult.Children.OfType<OptionResult>()
                .Where(result => !result.Implicit && !s_local.Contains(result.Option.Name) && !SlurmOptionSet.Has(result.Option.Name))
        )
        foreach (string value in result.Tokens.Select(token => WithoutPlace(result.Option, token.Value)).DefaultIfEmpty(""))
            said.Append($" {result.Option.Name} {(value.IndexOfAny([' ', '|', ';']) < 0 ? value : $"\"{value}\"")}".TrimEnd());
        return said.ToString();
    }

    /// <summary>Where a user's own images lie is nobody's business, as where a store does: what they are called there is said.</summary>
    private string WithoutPlace(Option option, string value) =>
        option == cells.DataSet && OwnImages.Are(value)
            ? OwnImageOptionSet.At(value, path => Path.GetFileName(Path.TrimEndingDirectorySeparator(path)))
            : value;
}

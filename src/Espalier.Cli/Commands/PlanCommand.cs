using System.CommandLine;
using System.CommandLine.Completions;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Presets;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier plan</c>: what a run would do, without doing it. It takes what <c>run</c> and <c>reproduce</c> take.</summary>
internal static class PlanCommand
{
    private const string Run = "run",
        Reproduce = "reproduce";

    public static Command Create(Output output)
    {
        Argument<string[]> words = new("what")
        {
            Description =
                "A preset, or a grid's JSON file; or the words of the command itself: run, run FILE, reproduce PRESET. Without "
                + "any, the options say everything.",
            Arity = new ArgumentArity(0, 2),
        };
        words.CompletionSources.Add(_ =>
            Preset.All.Select(preset => preset.Name).Concat([Run, Reproduce]).Select(name => new CompletionItem(name))
        );
        Option<string?> preset = new("--preset") { Description = $"One of {string.Join(", ", Preset.All.Select(p => p.Name))}." };
        Option<bool> measure = new("--measure") { Description = "Measure this machine, some 15 s a network, and estimate the time." };
        Option<bool> dot = new("--dot") { Description = "Print the graph of stages for Graphviz." };
        Option<int?> nodes = new("--nodes")
        {
            Description = "Lay the plan out on so many machines: hours, device hours, critical path, and what data parallelism buys.",
        };
        Option<int> gpus = new("--gpus-per-node") { Description = "Devices of each machine.", DefaultValueFactory = _ => 1 };
        GridOptionSet cells = new(output);
        RunnerOptionSet options = new();
        var command = new Command(
            "plan",
            """
            Show what a run would do: its stages, what they share, epochs, operations, disk, and what is done already. Runs nothing. \
            Put plan before, or in the place of, the run or reproduce of a command line.

            Example: espalier plan reproduce table5 --seeds 0-2
            Example: espalier plan my-grid.json --measure
            Example: espalier plan table6 --device h200
            Example: espalier plan table10 --nodes 4 --gpus-per-node 8 --device a100
            Example: espalier plan --preset table5 --seeds 0 --scale 0.05 --dot | dot -Tsvg -o plan.svg
            """
        )
        {
            words,
            preset,
            measure,
            dot,
            nodes,
            gpus,
        };
        cells.AddTo(command);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(nodes) is null)
                Options.Given.Refuse(parsed, gpus, "says nothing without --nodes; expected both");
            new GridRun(output, options, cells, parsed).Plan(
                Given(parsed.GetValue(words) ?? [], parsed.GetValue(preset)),
                parsed.GetValue(measure),
                parsed.GetValue(dot),
                parsed.GetValue(nodes),
                parsed.GetValue(gpus)
            );
        });
        return command;
    }

    /// <summary>The grid that the words name.</summary>
    private static Grid Given(string[] words, string? preset) =>
        (words, preset) switch
        {
            ([] or [Reproduce], { } name) => Preset.Of(name).Grid,
            ([] or [Run], null) => new Grid(),
            ([Reproduce], null) => throw new InputException("reproduce is of a preset; expected plan reproduce PRESET."),
            ([Reproduce, var name], null) => Preset.Of(name).Grid,
            ([Run, var path], null) => GridFile.Read(path),
            ([var word], null) => Preset.All.FirstOrDefault(known => known.Name == word)?.Grid ?? FileOrSlip(word),
            _ => throw new InputException(
                $"A plan is of one grid; found '{string.Join(' ', words)}'{(preset is null ? "" : $" and --preset {preset}")}, "
                    + $"expected a preset or a file."
            ),
        };

    private static Grid FileOrSlip(string word) =>
        !File.Exists(word) && Nearest.Suggest(word, Preset.All.Select(preset => preset.Name)) is not null
            ? Preset.Of(word).Grid
            : GridFile.Read(word);
}

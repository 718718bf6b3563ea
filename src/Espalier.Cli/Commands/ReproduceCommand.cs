using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier reproduce</c>: a table or figure of the paper.</summary>
internal static class ReproduceCommand
{
    public static Command Create(Output output)
    {
        Argument<string> preset = new("preset") { Description = $"One of {string.Join(", ", Preset.All.Select(p => p.Name))}." };
        preset.CompletionSources.Add(_ => Preset.All.Select(p => new System.CommandLine.Completions.CompletionItem(p.Name)));
        GridOptionSet cells = new(output);
        RunnerOptionSet options = new();
        var command = new Command(
            "reproduce",
            $"""
            Run a table or figure of the paper and report it beside the paper's own numbers. \
            What is done already is not done again; what was stopped continues.

            Example: espalier reproduce table5 --data DIR --scale 0.05 --seeds 0-1 --controls
            Example: espalier reproduce table5 --dataset fashion-mnist-10k --model mlp --epochs 10 --rewind 0,1,2,5 --round-epochs 2 \
              --seeds 0-4 --controls

            {string.Join("\n", Preset.All.Select(p => $"  {p.Name, -9} {p.Summary}"))}
            """
        )
        {
            preset,
        };
        cells.AddTo(command);
        options.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
            {
                Preset chosen = Preset.Of(parsed.GetValue(preset)!);
                return new GridRun(output, options, cells, parsed).RunAsync(chosen.Grid, $"reproduce {chosen.Name}", cancel);
            }
        );
        return command;
    }
}

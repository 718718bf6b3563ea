using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Terminal;
using Espalier.Experiments.Plans;
using Espalier.Experiments.Presets;
using Espalier.Experiments.Running;
using Espalier.Experiments.Stages;
using Espalier.Experiments.Store;
using Espalier.Runtime;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier plan</c>: what a run would do, without doing it.</summary>
internal static class PlanCommand
{
    public static Command Create(Output output)
    {
        Argument<string?> file = new("file") { Description = "A grid, a JSON file; or --preset.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> preset = new("--preset") { Description = $"One of {string.Join(", ", Preset.All.Select(p => p.Name))}." };
        Option<string> store = new("--store") { Description = "Folder of the artefact store: what is in it is done.", DefaultValueFactory = _ => RunnerOptionSet.DefaultStore };
        Option<bool> measure = new("--measure") { Description = "Measure this machine for a few seconds and estimate the time." };
        Option<bool> dot = new("--dot") { Description = "Print the graph of stages for Graphviz." };
        Option<bool> json = new("--json") { Description = "Print the counts as JSON." };
        GridOptionSet cells = new();
        var command = new Command("plan", """
            Show what a run would do: its stages, what they share, epochs, operations, disk, and what is done already. Runs nothing.

            Example: espalier plan --preset table5 --seeds 0-2
            Example: espalier plan my-grid.json --measure
            Example: espalier plan --preset table5 --seeds 0 --scale 0.05 --dot | dot -Tsvg -o plan.svg
            """) { file, preset, store, measure, dot, json };
        cells.AddTo(command);
        command.SetAction(parsed =>
        {
            Grid grid = cells.Apply(parsed, (parsed.GetValue(preset), parsed.GetValue(file)) switch
            {
                ({ } name, null) => Preset.Of(name).Grid,
                (null, { } path) => GridFile.Read(path),
                _ => throw new InputException("A plan is of a preset or of a file; expected one of --preset NAME and FILE."),
            });
            Plan plan = cells.Plan(parsed, grid);
            string folder = parsed.GetValue(store)!;
            // Looking makes no store where there is none.
            ArtefactStore? artefacts = Directory.Exists(folder) ? new ArtefactStore(folder) : null;
            bool IsDone(Stage stage) => artefacts?.Find(stage) is not null;
            MachineRate? rate = parsed.GetValue(measure) ? MachineRate.Measure(grid, ComputeDevice.Parse("auto")) : null;
            if (parsed.GetValue(dot)) output.Line(PlanPicture.Dot(plan, IsDone));
            else if (parsed.GetValue(json)) output.Json(PlanSummary.Of(plan, IsDone, rate));
            else PlanPicture.Print(output, grid, plan, PlanSummary.Of(plan, IsDone, rate));
        });
        return command;
    }
}

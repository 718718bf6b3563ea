using System.CommandLine;
using Espalier.Cli.Options;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Presets;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier submit</c>: a run on a cluster.</summary>
internal static class SubmitCommand
{
    public static Command Create(Output output)
    {
        Argument<string> what = new("what") { Description = "A preset, or a grid's JSON file." };
        what.CompletionSources.Add(_ => Preset.All.Select(p => new System.CommandLine.Completions.CompletionItem(p.Name)));
        GridOptionSet cells = new(output);
        RunnerOptionSet options = new();
        SlurmOptionSet slurm = new();
        Option<int> workers = new("--workers", "-w") { Description = "Trainings side by side in each job.", DefaultValueFactory = _ => 1 };
        Option<bool> dry = new("--dry-run") { Description = "Print the scripts, write nothing and submit nothing." },
            join = new("--join") { Description = "Add jobs to a run that is submitted already." };
        var command = new Command(
            "submit",
            """
            Run a grid, or a table or figure of the paper, on a Slurm cluster: an array of jobs takes stages from the store, \
            which all machines share, until all are done; a last job writes the report. Jobs whose time is up, or that are \
            preempted, are queued again and go on.

            Example: espalier submit table5 --data DIR --partition gpu --gpus 1 --cpus 8 --mem 32G --time 4:00:00 --array 32
            Example: espalier submit my-grid.json --cpus 2 --array 8 --dry-run
            """
        )
        {
            what,
            workers,
            dry,
            join,
        };
        slurm.AddTo(command);
        cells.AddTo(command);
        options.AddToSubmit(command);
        command.SetAction(parsed =>
        {
            string word = parsed.GetValue(what)!;
            Preset? preset = File.Exists(word) || word.EndsWith(".json", StringComparison.Ordinal) ? null : Preset.Of(word);
            var run = new GridRun(output, options, cells, parsed) { GivenAs = preset is null ? word : null };
            var submit = new SubmitRun(output, slurm, options, parsed)
            {
                Workers = parsed.GetValue(workers),
                Joins = parsed.GetValue(join),
            };
            Prepared prepared = run.Prepare(
                preset?.Grid ?? GridFile.Read(word),
                preset is null ? $"run {Path.GetFileName(word)}" : $"reproduce {preset.Name}"
            );
            if (parsed.GetValue(dry))
                submit.Show(prepared);
            else
                submit.Run(prepared);
        });
        return command;
    }
}

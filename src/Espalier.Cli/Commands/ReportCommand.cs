using System.CommandLine;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Reports;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier report</c>: writes the report of a run again, finished or under way.</summary>
internal static class ReportCommand
{
    public static Command Create(Output output)
    {
        Argument<string> run = new("run") { Description = "Folder of the run." };
        Option<string?> store = new("--store") { Description = "The artefact store, if it is no longer where the run left it." };
        Option<bool> summary = new("--from-summary")
        {
            Description = "Write it from the summary.json and grid.json that it left: what can be done where the store is gone.",
        };
        Option<bool> json = new("--json") { Description = "Print the cells as JSON." };
        var command = new Command(
            "report",
            """
            Write the report of a run: report.html, tables.md, tables.csv, summary.json and figures. A run under way reports what there is.

            Example: espalier report runs/table5
            Example: espalier report results/fashion-mnist-mlp-table5 --from-summary
            """
        )
        {
            run,
            store,
            summary,
            json,
        };
        command.SetAction(parsed =>
        {
            var folder = new RunFolder(parsed.GetValue(run)!);
            RunResults results = parsed.GetValue(summary)
                ? FromSummary(folder, parsed.GetValue(store))
                : FromStore(folder, parsed.GetValue(store));
            if (parsed.GetValue(json))
                output.Json(results.Cells);
            else
                RunReport.Print(output, results, folder);
        });
        return command;
    }

    private static RunResults FromSummary(RunFolder folder, string? store)
    {
        if (store is not null)
            throw new InputException("--store and --from-summary exclude each other: a summary is written from where there is no store.");
        RunResults results = Report.Read(folder.Path);
        Report.Write(results, folder.Path);
        return results;
    }

    private static RunResults FromStore(RunFolder folder, string? store)
    {
        (Grid grid, RunFolder.Start start) = folder.Read();
        string place = store ?? Path.Combine(folder.Path, start.Store);
        if (!Directory.Exists(place))
            throw new InputException(
                $"The artefact store '{place}' of the run is not there; name it with --store, or write what summary.json has with"
                    + " --from-summary."
            );
        Plan plan = start.PlanOf(grid);
        var artefacts = new ArtefactStore(place);
        artefacts.MustBeThere();
        return RunReport.Write(artefacts, grid, plan, folder, start.Command);
    }
}

using System.CommandLine;
using Espalier.Cli.Runs;
using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;

namespace Espalier.Cli.Commands;

/// <summary><c>espalier report</c>: writes the report of a run again, finished or under way.</summary>
internal static class ReportCommand
{
    public static Command Create(Output output)
    {
        Argument<string> run = new("run") { Description = "Folder of the run." };
        Option<string?> store = new("--store") { Description = "The artefact store, if it is no longer where the run left it." };
        Option<bool> json = new("--json") { Description = "Print the cells as JSON." };
        var command = new Command(
            "report",
            """
            Write the report of a run: report.html, tables.md, tables.csv, summary.json and figures. A run under way reports what there is.

            Example: espalier report runs/table5
            """
        )
        {
            run,
            store,
            json,
        };
        command.SetAction(parsed =>
        {
            var folder = new RunFolder(parsed.GetValue(run)!);
            (Grid grid, RunFolder.Start start) = folder.Read();
            string place = parsed.GetValue(store) ?? Path.Combine(folder.Path, start.Store);
            if (!Directory.Exists(place))
                throw new InputException($"The artefact store '{place}' of the run is not there; name it with --store.");
            Plan plan = start.PlanOf(grid);
            var artefacts = new ArtefactStore(place);
            artefacts.MustBeThere();
            RunResults results = RunReport.Write(artefacts, grid, plan, folder, start.Command);
            if (parsed.GetValue(json))
                output.Json(results.Cells);
            else
                RunReport.Print(output, results, folder);
        });
        return command;
    }
}

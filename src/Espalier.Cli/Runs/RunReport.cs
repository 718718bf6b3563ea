using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Findings;
using Espalier.Lab.Stages;
using Espalier.Reports;

namespace Espalier.Cli.Runs;

/// <summary>Gathers what a run has given by now, writes its report and prints its table.</summary>
internal static class RunReport
{
    /// <exception cref="InputException">
    /// The report that is there shows more: the store is not the one it was made from, or not mounted. Or the store mixes what was made of
    /// different images.
    /// </exception>
    public static RunResults Write(ArtefactStore store, Grid grid, Plan plan, RunFolder folder, string command)
    {
        SameImages.Require(store, plan.Stages);
        RunResults results = new ResultCollector(store, grid, plan).Collect(command);
        if (folder.StagesReported() is var before && before > results.Run.Done)
            throw new InputException(
                $"The report in '{folder.Path}' shows {before} finished stages, but the store '{store.Folder}' has"
                    + $" {results.Run.Done} of them, as if it were not mounted, or had been cleaned; the report is left as it is:"
                    + " name the store with --store, or remove the report to write another."
            );
        Report.Write(results, folder.Path);
        return results;
    }

    public static void Print(Output output, RunResults results, RunFolder folder)
    {
        ComparisonTable.Print(output, results);
        StudyTables.Print(output, results.Studies);
        output.Line($"{results.Run.Done} of {results.Run.Stages} stages are done. Report: {Path.Combine(folder.Path, Report.PageName)}");
    }
}

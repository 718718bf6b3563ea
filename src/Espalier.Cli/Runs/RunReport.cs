using Espalier.Cli.Terminal;
using Espalier.Experiments.Plans;
using Espalier.Experiments.Results;
using Espalier.Experiments.Store;
using Espalier.Reports;

namespace Espalier.Cli.Runs;

/// <summary>Gathers what a run has given by now, writes its report and prints its table.</summary>
internal static class RunReport
{
    public static RunResults Write(ArtefactStore store, Grid grid, Plan plan, RunFolder folder, string command)
    {
        RunResults results = new ResultCollector(store, grid, plan).Collect(command);
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

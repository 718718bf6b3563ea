using Espalier.Cli.Terminal;
using Espalier.Connectivity;
using Espalier.Data;
using Espalier.Experiments.Plans;
using Espalier.Experiments.Results;
using Espalier.Experiments.Running;
using Espalier.Experiments.Stages;
using Espalier.Experiments.Store;

namespace Espalier.Cli.Runs;

/// <summary>Runs a plan with worker processes, shows how far it is, and writes the report.</summary>
internal sealed class RunSession(Output output, RunHow how, RunFolder folder)
{
    /// <summary>After a run: 0, or 2 if stages failed for the user's reasons, or 1 if any failed for ours.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Runs, or continues.</summary>
    /// <param name="grid">What to run.</param>
    /// <param name="plan">Its plan, or that of some of its cells.</param>
    /// <param name="only">The filter that the plan went through.</param>
    /// <param name="command">The command line that repeats it.</param>
    /// <param name="cancel">Stops; what is done is kept.</param>
    public async Task<RunResults> RunAsync(Grid grid, Plan plan, string? only, string command, CancellationToken cancel)
    {
        var store = new ArtefactStore(how.Store);
        if (plan.Stages.Any(stage => store.Find(stage) is null)) MustSuit(grid, how.Data);
        foreach (string shortage in Shortages(grid, plan)) output.Err.WriteLine($"note: {shortage}");
        folder.Write(grid, new RunFolder.Start(Path.GetRelativePath(folder.Path, store.Folder), only, command, how.Workers, how.Threads));
        RunOutcome outcome;
        using (var display = new RunDisplay(output, how.Quiet)) outcome = await Runner(store, plan, display).RunAsync(Workers(store, plan), cancel);
        foreach (string remark in outcome.Remarks) output.Err.WriteLine($"note: {remark}");
        foreach (FailureLog failure in outcome.Failures) output.Error($"'{failure.Title}' failed: {failure.Message} Its log: {Path.Combine(how.Store, "failed", $"{failure.Id}.json")}");
        ExitCode = outcome.Failures.Count == 0 ? 0 : outcome.Failures.Any(failure => failure.Log.Length > 0) ? 1 : 2;
        RunResults results = RunReport.Write(store, grid, plan, folder, command);
        return outcome.Cancelled ? throw new OperationCanceledException(cancel) : results;
    }

    /// <summary>Looks at the images once, before many stages fail of them.</summary>
    public static void MustSuit(Grid grid, string? data)
    {
        DataSet set = new DataSource(grid.DataSet, grid.Options.TrainImages, grid.Options.Normalization).Open(data);
        if (grid.Options.BatchSize > set.Train.Count) throw new InputException($"A batch of {grid.Options.BatchSize} images is larger than the {set.Train.Count} training images of {set.Name}.");
        if (set.Normalization.Mean.Count != set.Train.Channels) throw new InputException($"The normalisation {set.Normalization} has {set.Normalization.Mean.Count} channels; the images of {set.Name} have {set.Train.Channels}.");
    }

    /// <summary>Networks whose studies look at too few images.</summary>
    private static IEnumerable<string> Shortages(Grid grid, Plan plan) => plan.Studies.Any(study => study is PlannedBarrier or PlannedPlane)
        ? grid.Models.Select(name => UnitStatistics.Shortage(new ModelSource(name, DataSetFacts.Of(grid.DataSet)).Network, grid.Options.StatisticsImages)).OfType<string>() : [];

    private Runner Runner(ArtefactStore store, Plan plan, RunDisplay display) => new(store, plan, display) { RetryFailed = !how.KeepFailed };

    private IReadOnlyList<IWorker> Workers(ArtefactStore store, Plan plan)
    {
        int useful = Math.Clamp(plan.Stages.Count(stage => store.Find(stage) is null), 1, how.Workers);
        return [.. Enumerable.Range(0, useful).Select(_ => new ProcessWorker(WorkerProcess.Start(folder.GridFile, store.Folder, how.Data, how.Threads, how.Device)))];
    }
}

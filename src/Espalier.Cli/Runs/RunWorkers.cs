using Espalier.Cli.Terminal;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;

namespace Espalier.Cli.Runs;

/// <summary>The worker processes of a run on this machine, and what is said of their work.</summary>
internal static class RunWorkers
{
    /// <summary>No more than have something to do, dealt out to the devices in turn, so that each has as many, or one more.</summary>
    public static IReadOnlyList<IWorker> Of(RunHow how, RunFolder folder, ArtefactStore store, Plan plan) =>
        [
            .. Enumerable
                .Range(0, Math.Clamp(plan.Stages.Count(stage => store.Find(stage) is null), 1, how.Workers))
                .Select(i => new ProcessWorker(
                    WorkerProcess.Start(folder.GridFile, how with { Store = store.Folder }, how.Devices[i % how.Devices.Count])
                )),
        ];

    /// <summary>Says what was met with, and what failed and why.</summary>
    /// <returns>The exit code: 0, or 2 if stages failed for the user's reasons, or 1 if any failed for ours.</returns>
    public static int Tell(Output output, RunHow how, RunOutcome outcome)
    {
        foreach (string remark in outcome.Remarks)
            output.Err.WriteLine($"note: {remark}");
        foreach (FailureLog failure in outcome.Failures)
            output.Error($"'{failure.Title}' failed: {failure.Message} Its log: {Path.Combine(how.Store, "failed", $"{failure.Id}.json")}");
        return outcome.Failures.Count == 0 ? 0
            : outcome.Failures.Any(failure => failure.Log.Length > 0) ? 1
            : 2;
    }
}

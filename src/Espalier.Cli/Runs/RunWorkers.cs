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
        how.Launched is { } launched
            ? [launched.Begin(how, folder.GridFile, store)]
            :
            [
                .. Enumerable
                    .Range(0, Math.Clamp(plan.Stages.Count(stage => store.Find(stage) is null), 1, how.Workers))
                    .Select(i => new ProcessWorker(
                        WorkerProcess.Start(folder.GridFile, how with { Store = store.Folder }, DeviceOf(how, i))
                    )),
            ];

    /// <summary>Ranks on GPUs have one each, which no other worker's ranks have.</summary>
    private static string DeviceOf(RunHow how, int worker) =>
        how.Ranks > 1 && how.IsOnGpus
            ? string.Join(',', how.Devices.Skip(worker * how.Ranks).Take(how.Ranks))
            : how.Devices[worker % how.Devices.Count];

    /// <summary>Refuses more ranks than there are GPUs for them.</summary>
    public static void MustHaveDevices(RunHow how)
    {
        if (how.Ranks > 1 && how.IsOnGpus && how.Launched is null && how.Workers * how.Ranks > how.Devices.Count)
            throw new InputException(
                $"{Counted.Of(how.Workers, "worker")} of {how.Ranks} ranks need {how.Workers * how.Ranks} GPUs, one each, and there are"
                    + $" {how.Devices.Count}; expected fewer of either, or --device cpu."
            );
    }

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

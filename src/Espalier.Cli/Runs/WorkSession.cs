using Espalier.Cli.Terminal;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Engine.Running;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;

namespace Espalier.Cli.Runs;

/// <summary>
/// Works at a run that others may work at too, on this machine or others that share its store, until all of it is done: no report, and no
/// right to the run's folder, which is only read.
/// </summary>
internal sealed class WorkSession(Output output, RunHow how, RunFolder folder)
{
    /// <summary>Exit code of a worker whose time was up, and that got on meanwhile: whoever started it may do so again.</summary>
    public const int TimeIsUp = 85;

    private readonly Dictionary<string, double> _begunAt = new(StringComparer.Ordinal);
    private bool _gotOn;

    /// <summary>Works.</summary>
    /// <param name="grid">The run's grid.</param>
    /// <param name="plan">Its plan, or that of some of its cells.</param>
    /// <param name="timeIsUp">Cancelled when this process will be ended soon.</param>
    /// <param name="cancel">Stops; what is done is kept.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Grid grid, Plan plan, CancellationToken timeIsUp, CancellationToken cancel)
    {
        var store = new ArtefactStore(how.Store);
        store.Prepare();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeIsUp, cancel);
        RunOutcome outcome;
        using (var display = new RunDisplay(output, how.Quiet))
        using (var beacon = new WorkerBeacon(store, TimeProvider.System, new Relay<RunProgress>(now => Watch(now, display))))
            outcome = await new Runner(store, plan, beacon)
            {
                RetryFailed = false,
                Inspect = stages => SameImages.Require(store, stages, _ => null),
            }.RunAsync(RunWorkers.Of(how, folder, store, plan), stop.Token);
        int code = RunWorkers.Tell(output, how, outcome);
        if (!outcome.Cancelled)
        {
            output.Line($"{outcome.Done} of {plan.Stages.Count} stages are done.");
            return code;
        }
        if (!timeIsUp.IsCancellationRequested) // which stops the command too
            throw new OperationCanceledException(cancel);
        if (_begunAt.Count > 0 && !_gotOn)
            throw new InputException(
                $"The time of this worker at '{folder.Path}' was up before it got on with anything; what others finished is kept:"
                    + " give it more."
            );
        output.Line($"The time is up; {outcome.Done} of {plan.Stages.Count} stages are done.");
        return TimeIsUp;
    }

    /// <summary>Looks whether a stage is further than where this process found it.</summary>
    private void Watch(RunProgress now, RunDisplay display)
    {
        foreach (WorkerProgress worker in now.Workers)
            if (worker is { Stage: { } stage, Share: > 0 })
                _gotOn |= !_begunAt.TryAdd(stage.Id, worker.Share) && worker.Share > _begunAt[stage.Id];
        display.Report(now);
    }
}

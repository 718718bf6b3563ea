using System.Security.Cryptography;
using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Engine.Running;

/// <summary>
/// Does every stage of a plan that is not finished, with several workers. A failed stage takes only what needs it down; a worker that dies
/// is replaced and its stage continues; damaged artefacts are made again; what another run is at is waited for.
/// </summary>
/// <param name="store">Where artefacts are.</param>
/// <param name="plan">What to do.</param>
/// <param name="progress">Told as it goes on, from any thread, one at a time.</param>
public sealed partial class Runner(ArtefactStore store, StageGraph plan, IProgress<RunProgress>? progress = null)
{
    /// <summary>A stage at which so many workers died in a row is given up.</summary>
    public const int DeathsAllowed = 10;

    private const int FoundATime = 8,
        TriedATime = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _deaths = [];
    private readonly List<FailureLog> _failures = [];
    private readonly List<string> _remarks = [];
    private WorkerProgress[] _workers = [];
    private Schedule _schedule = null!;
    private Looking _looking = null!;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _totalFlops;
    private int _ran,
        _working;

    /// <summary>Whether stages that failed, before or at other workers meanwhile, are tried again. Default: yes.</summary>
    public bool RetryFailed { get; init; } = true;

    /// <summary>Refuses finished stages that must not be reused, once the store is kept from being cleaned; none refuses nothing.</summary>
    public Action<IReadOnlyList<Stage>>? Inspect { get; init; }

    /// <summary>Runs until everything is done or cannot be done.</summary>
    /// <param name="workers">Do the stages; disposed at the end.</param>
    /// <param name="cancel">Stops; what was done is kept, and the same run continues it.</param>
    /// <exception cref="InputException">The store cannot be used, what is finished in it is of other images, or no worker could be
    /// started.</exception>
    public async Task<RunOutcome> RunAsync(IReadOnlyList<IWorker> workers, CancellationToken cancel = default)
    {
        using RunRegister? register = await PrepareAsync(cancel);
        _workers = [.. workers.Select(_ => new WorkerProgress(null, 0, null))];
        _working = workers.Count;
        _schedule = new Schedule(plan, stage => store.Find(stage) is not null);
        _looking = new Looking(
            store.IsShared ? store.RunsUnderWay() * workers.Count : null,
            () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20)
        );
        _totalFlops = plan.Stages.Sum(stage => stage.Flops);
        for (int i = 0; i < plan.Stages.Count; i++)
            Prepare(i);
        Tell();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            await Task.WhenAll(workers.Select((worker, w) => GuardedAsync(worker, w, stop)));
        }
        finally
        {
            foreach (IWorker worker in workers)
                await worker.DisposeAsync();
        }
        bool cancelled = !_schedule.IsOver;
        return new RunOutcome(_schedule.Count(StageState.Done), _ran, _failures, _schedule.Count(StageState.Skipped), _remarks, cancelled);
    }

    /// <summary>Makes the store, and if there is anything to do, tells whoever cleans it what this run needs.</summary>
    private async Task<RunRegister?> PrepareAsync(CancellationToken cancel)
    {
        store.Prepare();
        RunRegister? register = null;
        try
        {
            if (plan.Stages.Any(stage => store.Find(stage) is null))
            {
                register = await RunRegister.EnterAsync(store, plan.Stages.Select(stage => stage.Id), cancel);
                foreach (Stage stage in plan.Stages)
                    store.Forget(stage.Id); // a cleaning may have come first
            }
            Inspect?.Invoke(plan.Stages);
            return register;
        }
        catch
        {
            register?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A fault that is no stage's, such as one of whoever is told of progress, ends the run: nobody waits for the worker that met it.
    /// </summary>
    private async Task GuardedAsync(IWorker worker, int w, CancellationTokenSource stop)
    {
        try
        {
            await WorkAsync(worker, w, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Clears away what a broken disk left, and counts as failed what failed before if it is not to be tried again.</summary>
    private void Prepare(int i)
    {
        Stage stage = plan.Stages[i];
        if (_schedule[i] == StageState.Done)
            return;
        if (store.IsDamaged(stage) && store.SetAside(stage) is { } place)
            _remarks.Add(
                $"The artefact of '{stage.Title}' was damaged (its manifest, or the length of a file); it is made again, the old "
                    + $"one is in {place}."
            );
        if (RetryFailed || FailureLog.Read(store, stage) is not { } log)
            return;
        _failures.Add(log);
        _schedule.Fail(i);
    }

    private async Task WorkAsync(IWorker worker, int w, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            int? taken;
            Task changed;
            lock (_lock)
            {
                if (_schedule.IsOver)
                    return;
                Return(_looking.Some(_schedule.Elsewhere, FoundATime).Where(i => store.Find(plan.Stages[i]) is not null));
                taken = _schedule.Take();
                changed = _changed.Task;
            }
            if (taken is not { } index)
            {
                // Others are at what this one needs: it wakes when something ends, and now and then to look at what other runs have done.
                TimeSpan wait;
                lock (_lock)
                    wait = _looking.Next();
                await Task.WhenAny(changed, Task.Delay(wait, cancel));
                lock (_lock)
                    if (!changed.IsCompleted || !store.IsShared)
                        Return(_looking.Some(_schedule.Elsewhere, TriedATime));
                continue;
            }
            if (IsLeftAlone(index))
                continue;
            Stage stage = plan.Stages[index];
            Set(w, new WorkerProgress(stage, 0, null));
            StageOutcome outcome = await worker.RunAsync(
                stage,
                new Relay<StageProgress>(p =>
                    Set(w, new WorkerProgress(stage, p.Share, p.Completed ?? _workers[w].Completed) { Notice = p.Notice })
                ),
                cancel
            );
            bool goesOn = Settle(index, outcome);
            Set(w, new WorkerProgress(null, 0, null));
            if (!goesOn)
                return;
        }
    }

    private void Return(IEnumerable<int> stages)
    {
        foreach (int i in stages.ToArray())
            _schedule.Return(i);
    }

    private void Set(int worker, WorkerProgress now)
    {
        lock (_lock)
            _workers[worker] = now;
        Tell();
    }

    private void Tell()
    {
        if (progress is null)
            return;
        lock (_lock)
        {
            double done = _schedule.Flops(StageState.Done) + _workers.Sum(w => w.Stage is null ? 0 : w.Share * w.Stage.Flops);
            int lost = _schedule.Count(StageState.Failed) + _schedule.Count(StageState.Skipped);
            progress.Report(
                new RunProgress(
                    plan.Stages.Count,
                    _schedule.Count(StageState.Done),
                    lost,
                    _totalFlops > 0 ? done / _totalFlops : 1,
                    [.. _workers]
                )
            );
        }
    }
}

using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Engine.Running;

/// <summary>How a run stands, read from its store by whoever likes to know: every machine's workers leave there what they are at.</summary>
/// <param name="Stages">Stages in all.</param>
/// <param name="Done">In the store.</param>
/// <param name="Running">That a living worker is at.</param>
/// <param name="Failed">That failed when last tried.</param>
/// <param name="Skipped">That need one that failed.</param>
/// <param name="Waiting">All others.</param>
/// <param name="Share">Of the work done, measured in floating-point operations, in [0, 1].</param>
/// <param name="SecondsLeft">
/// Time that is left with the workers of now, from the rates of what is done; null where nothing is done yet, or nobody works.
/// </param>
/// <param name="Workers">What every process's workers are at.</param>
/// <param name="Failures">Why stages failed.</param>
public sealed record RunStatus(
    int Stages,
    int Done,
    int Running,
    int Failed,
    int Skipped,
    int Waiting,
    double Share,
    double? SecondsLeft,
    IReadOnlyList<RunStatus.Process> Workers,
    IReadOnlyList<FailureLog> Failures
)
{
    /// <summary>A process with its workers.</summary>
    /// <param name="Host">The machine.</param>
    /// <param name="Job">Slurm's job; null where there is none.</param>
    /// <param name="ProcessId">The process there.</param>
    /// <param name="SilentSeconds">Since it was last heard of.</param>
    /// <param name="IsAlive">Whether that is short enough.</param>
    /// <param name="At">What each of its workers is at; null for one that waits.</param>
    public sealed record Process(
        string Host,
        string? Job,
        int ProcessId,
        double SilentSeconds,
        bool IsAlive,
        IReadOnlyList<WorkerRecord.Work?> At
    );

    /// <summary>Whether nothing is left that could be done.</summary>
    public bool IsOver => Done + Failed + Skipped == Stages;

    /// <summary>Looks. It makes no store where there is none.</summary>
    /// <param name="plan">The run's stages, each after its inputs.</param>
    /// <param name="folder">The store's folder.</param>
    public static RunStatus Of(StageGraph plan, string folder)
    {
        if (!Directory.Exists(folder))
            return new RunStatus(plan.Stages.Count, 0, 0, 0, 0, plan.Stages.Count, 0, null, [], []);
        var store = new ArtefactStore(folder);
        HashSet<string> ours = [.. plan.Stages.Select(stage => stage.Id)];
        // A store serves many runs: those at this one's stages are of interest, and those that wait.
        Process[] workers =
        [
            .. WorkerRecord
                .All(store)
                .Where(found => found.Record.At.All(work => work is null || ours.Contains(work.Stage)))
                .Select(found => new Process(
                    found.Record.Host,
                    found.Record.Job,
                    found.Record.ProcessId,
                    found.Silence.TotalSeconds,
                    found.Silence < WorkerBeacon.Patience,
                    found.Record.At
                )),
        ];
        Dictionary<string, double> underWay = workers
            .Where(process => process.IsAlive)
            .SelectMany(process => process.At.OfType<WorkerRecord.Work>())
            .GroupBy(work => work.Stage)
            .ToDictionary(group => group.Key, group => group.Max(work => work.Share));
        var rates = new StageRates();
        var states = new StageState[plan.Stages.Count];
        var failures = new List<FailureLog>();
        for (int i = 0; i < states.Length; i++)
        {
            Stage stage = plan.Stages[i];
            if (store.Find(stage) is { } manifest)
            {
                states[i] = StageState.Done;
                rates.Add(stage, manifest.Provenance.Seconds);
            }
            else if (stage.Inputs.Any(input => states[plan.IndexOf(input)] is StageState.Failed or StageState.Skipped))
                states[i] = StageState.Skipped;
            else if (underWay.ContainsKey(stage.Id))
                states[i] = StageState.Running;
            else if (FailureLog.Read(store, stage) is { } log)
            {
                states[i] = StageState.Failed;
                failures.Add(log);
            }
        }
        double all = plan.Stages.Sum(stage => stage.Flops),
            done =
                plan.Stages.Where((stage, i) => states[i] == StageState.Done).Sum(stage => stage.Flops)
                + plan.Stages.Where((stage, i) => states[i] == StageState.Running).Sum(stage => stage.Flops * underWay[stage.Id]);
        int Count(StageState state) => states.Count(s => s == state);
        return new RunStatus(
            states.Length,
            Count(StageState.Done),
            Count(StageState.Running),
            Count(StageState.Failed),
            Count(StageState.Skipped),
            Count(StageState.Waiting),
            all > 0 ? done / all : 1,
            Left(plan, states, underWay, rates, workers.Where(process => process.IsAlive).Sum(process => process.At.Count)),
            workers,
            failures
        );
    }

    /// <summary>What is left shared among the workers, and no less than the longest chain of stages that wait for each other.</summary>
    private static double? Left(StageGraph plan, StageState[] states, Dictionary<string, double> underWay, StageRates rates, int workers)
    {
        if (workers == 0 || !rates.AreKnown)
            return null;
        var chain = new double[states.Length];
        double work = 0;
        for (int i = 0; i < states.Length; i++)
        {
            Stage stage = plan.Stages[i];
            double own = states[i] is StageState.Waiting or StageState.Running
                ? rates.Seconds(stage) * (1 - underWay.GetValueOrDefault(stage.Id))
                : 0;
            work += own;
            chain[i] = own + stage.Inputs.Select(input => chain[plan.IndexOf(input)]).DefaultIfEmpty(0).Max();
        }
        return Math.Max(work / workers, chain.DefaultIfEmpty(0).Max());
    }
}

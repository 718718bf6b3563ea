using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Espalier.Files;
using Espalier.Lab.Engine.Store;
using Espalier.Runtime;
using Espalier.Runtime.Loading;
using TorchSharp;

namespace Espalier.Lab.Engine.Running;

/// <summary>Does one stage: takes its lease, works in its folder, and commits the artefact with its manifest.</summary>
/// <param name="store">Where artefacts are.</param>
/// <param name="workshop">What stages work with beside artefacts.</param>
/// <param name="clock">Dates manifests.</param>
public sealed class StageExecutor(ArtefactStore store, IWorkshop workshop, TimeProvider clock)
{
    private static readonly string s_code =
        typeof(StageExecutor).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
    private static readonly Lazy<string> s_processor = new(() =>
        MachineFiles.Value("/proc/cpuinfo", "model name") ?? RuntimeInformation.OSArchitecture.ToString()
    );

    /// <summary>Whether nothing more can be done in this process.</summary>
    internal bool IsSpent => workshop.IsSpent;

    /// <summary>Does the stage, unless it is done already.</summary>
    /// <returns>False if another worker is at it.</returns>
    /// <exception cref="DamagedArtefactException">An input has to be made again first.</exception>
    /// <exception cref="InputException">The stage cannot be done: training diverged, data are missing, the disk is full.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was done is kept.</exception>
    public bool TryExecute(Stage stage, IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        store.Forget(stage.Id);
        if (IsDone(stage))
            return true;
        if (store.TryLease(stage) is not { } lease)
            return false;
        using (lease)
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost))
            try
            {
                store.Forget(stage.Id);
                if (!IsDone(stage))
                    Execute(stage, lease, progress, stop.Token);
                lease.Retire();
                return true;
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested && IsOfLoss(fault, lease))
            {
                return false; // somebody else has it by now
            }
    }

    /// <summary>Whether the stage ended because its lease is another's by now: then its folder is gone under it, whatever it met.</summary>
    private static bool IsOfLoss(Exception fault, Lease lease) =>
        lease.Lost.IsCancellationRequested || lease.Token is not null && fault is InputException or IOException && !lease.Confirm();

    /// <summary>Whether it was finished meanwhile, of the same things: by another run, which may have others.</summary>
    private bool IsDone(Stage stage)
    {
        if (store.Find(stage) is null)
            return false;
        workshop.MustBeOfTheSame(store, [stage]);
        return true;
    }

    private void Execute(Stage stage, Lease lease, IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        DateTimeOffset start = clock.GetUtcNow();
        long ticks = Stopwatch.GetTimestamp();
        string folder = WorkPlace.Open(store.WorkFolder(stage), lease);
        SortedDictionary<string, string> digests = Digests(stage);
        StageResult result;
        var begun = new BegunWork(folder);
        using IDisposable threads = begun.HoldThreads();
        StageDeaths deaths = StageDeaths.Begin(store, stage, Runner.DeathsAllowed);
        try
        {
            using (torch.NewDisposeScope())
                result = stage.Run(
                    new StageRun(folder, store.FileOf, workshop, Watched(progress, deaths), cancel) { Stage = stage.Id, Lost = lease.Lost }
                );
        }
        finally
        {
            deaths.End();
        }
        begun.End();
        // Whoever was suspended, and has lost the lease meanwhile, leaves what he did to whoever has it by now.
        if (!lease.Confirm())
            throw new OperationCanceledException(lease.Lost);
        store.Commit(
            stage,
            result,
            digests,
            new Provenance(
                s_code,
                RuntimeInformation.FrameworkDescription,
                typeof(torch).Assembly.GetName().Version!.ToString(3),
                Libtorch.Version,
                s_processor.Value,
                workshop.Device,
                ComputeThreads.Current,
                start,
                clock.GetUtcNow(),
                result.Seconds ?? Stopwatch.GetElapsedTime(ticks).TotalSeconds
            )
            {
                Gpu = workshop.Gpu,
                Ranks = workshop.RanksOf(stage) is > 1 and var ranks ? ranks : null,
            },
            folder
        );
        FailureLog.Clear(store, stage);
    }

    /// <summary>Whoever completes a part of a stage shows that the stage can be got on with.</summary>
    private static Relay<StageProgress> Watched(IProgress<StageProgress>? progress, StageDeaths deaths) =>
        new(p =>
        {
            if (p.Completed is not null)
                deaths.GotOn();
            progress?.Report(p);
        });

    /// <summary>
    /// Of what the stage reads from outside. A store may be used with one data folder today and another tomorrow: a stage works on what its
    /// inputs were made of, or not at all.
    /// </summary>
    private SortedDictionary<string, string> Digests(Stage stage)
    {
        workshop.MustBeOfTheSame(store, stage.Inputs);
        return new SortedDictionary<string, string>(workshop.DigestsOf(stage).ToDictionary(), StringComparer.Ordinal);
    }
}

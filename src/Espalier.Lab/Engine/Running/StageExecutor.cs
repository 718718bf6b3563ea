using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Espalier.Files;
using Espalier.Lab.Engine.Store;
using Espalier.Lab.Stages;
using Espalier.Runtime;
using Espalier.Training;
using TorchSharp;

namespace Espalier.Lab.Engine.Running;

/// <summary>Does one stage: takes its lease, works in its folder, and commits the artefact with its manifest.</summary>
/// <param name="store">Where artefacts are.</param>
/// <param name="images">Data sets on the device.</param>
/// <param name="device">Where stages compute.</param>
/// <param name="clock">Dates manifests.</param>
public sealed class StageExecutor(ArtefactStore store, ImageCache images, torch.Device device, TimeProvider clock)
{
    private static readonly string s_code =
        typeof(StageExecutor).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
    private static readonly Lazy<string> s_processor = new(() =>
        MachineFiles.Value("/proc/cpuinfo", "model name") ?? RuntimeInformation.OSArchitecture.ToString()
    );

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
            catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                return false; // somebody else has it by now
            }
    }

    /// <summary>Whether it was finished meanwhile, of the same images: by another run, which may have others.</summary>
    private bool IsDone(Stage stage)
    {
        if (store.Find(stage) is null)
            return false;
        SameImages.Require(store, [stage], images.DigestOf);
        return true;
    }

    private void Execute(Stage stage, Lease lease, IProgress<StageProgress>? progress, CancellationToken cancel)
    {
        DateTimeOffset start = clock.GetUtcNow();
        long ticks = Stopwatch.GetTimestamp();
        string folder = store.WorkFolder(stage);
        SortedDictionary<string, string> digests = MustBeOfTheSameImages(stage);
        StageResult result;
        var begun = new BegunWork(folder);
        using IDisposable threads = begun.HoldThreads();
        using (torch.NewDisposeScope())
            result = stage.Run(new StageRun(folder, store.FileOf, images, progress, cancel));
        begun.End();
        lease.Lost.ThrowIfCancellationRequested();
        store.Commit(
            stage,
            result,
            digests,
            new Provenance(
                s_code,
                RuntimeInformation.FrameworkDescription,
                typeof(torch).Assembly.GetName().Version!.ToString(3),
                torch.__version__,
                s_processor.Value,
                device.ToString(),
                ComputeThreads.Current,
                start,
                clock.GetUtcNow(),
                Seconds(folder) ?? Stopwatch.GetElapsedTime(ticks).TotalSeconds
            )
        );
        FailureLog.Clear(store, stage);
    }

    /// <summary>
    /// A store may be used with one data folder today and another tomorrow: a stage works on the images that its inputs were made of, or
    /// not at all.
    /// </summary>
    private SortedDictionary<string, string> MustBeOfTheSameImages(Stage stage)
    {
        SameImages.Require(store, stage.Inputs, images.DigestOf);
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DataSource source in SameImages.SourcesOf(stage))
            digests[source.ToString()] = images.DigestOf(source);
        return digests;
    }

    /// <summary>A training's time over all attempts is in its metrics.</summary>
    private static double? Seconds(string work) =>
        File.Exists(new TrainingFolder(work).MetricsFile) ? new TrainingFolder(work).ReadMetrics().Sum(m => m.Seconds) : null;
}

using System.Diagnostics;
using Espalier.Collectives;
using Espalier.Data;
using Espalier.Files;
using Espalier.Runtime;
using Espalier.Runtime.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>Trains a network, dense, with a fixed mask or with one that changes, from any weights.</summary>
/// <param name="options">Schedule and optimizer.</param>
/// <param name="data">Images on the device to train on.</param>
/// <param name="folder">Where checkpoints and metrics go and from where an interrupted run continues; null to keep nothing.</param>
/// <param name="progress">Told after every few steps and every epoch.</param>
public sealed class Trainer(
    TrainingOptions options,
    TrainingData data,
    TrainingFolder? folder = null,
    IProgress<TrainingProgress>? progress = null
)
{
    private readonly TrainingOptions _options = options.Validated();

    /// <summary>Records steps in place of the GPU's own stream, for tests; null for that stream, where there is one.</summary>
    internal IRecorder? Recorder { get; init; }

    /// <summary>
    /// Cancelled when the folder has become another's: the training stops, and writes nothing there any more. Default: never.
    /// </summary>
    public CancellationToken Lost { get; init; }

    /// <summary>Time after which it saves itself in the middle of an epoch; null for never. Default: what this process chose.</summary>
    internal TimeSpan? SaveEvery { get; init; } = MidEpochSaves.Every;

    /// <summary>
    /// Runs to the last epoch. The same run gives the same bits on the same machine and thread count, interrupted or not; where its folder
    /// holds it finished, its result is read from there.
    /// </summary>
    /// <exception cref="InputException">
    /// The loss is no longer finite; the weights, mask and data do not fit together; or the folder holds another training, or another
    /// writes there.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled; the folder holds it as it was after its last step.</exception>
    public TrainingResult Train(TrainingRun run, CancellationToken cancel = default)
    {
        ICollective ranks = data.Ranks;
        var together = new RankedTraining(ranks, run, _options, data);
        ranks.All(() => MustFit(run));
        TrainingFolder? place = ranks.Rank == 0 ? folder : null; // rank 0 alone writes, and reads what there is to go on with
        using FolderLock? held = ranks.All(() => place is null ? null : FolderLock.Take(place.Path));
        TrainingJournal? journal = ranks.All(() => place is null ? null : new TrainingJournal(place, run, _options, data));
        if (together.Share(place is { IsFinished: true }))
            return together.Share(ranks.All(() => journal?.ReadFinished()));
        // Held to the end, whatever others choose meanwhile; where nobody has chosen, a stopped training goes on with its own number.
        int chosen = ComputeThreads.Chosen ?? place?.Threads ?? ComputeThreads.Current;
        using IDisposable threads = ComputeThreads.Hold(together.Share(chosen));
        if (data.Device.type == DeviceType.CUDA)
            data.Prepare(); // other trainings may read the images on streams of theirs
        using CudaStream? stream = CudaStream.Enter(data.Device);
        using var scope = NewDisposeScope();
        using var step = new TrainingStep(run.Start, run.Mask, _options, data.Device, Recorder ?? stream, ranks);
        TrainerState state = step.State;
        (List<EpochMetrics> Metrics, EpochPart? Part)? before = ranks.All(() => journal?.Resume(state));
        before = together.Share(before, state);
        if (before is null)
            Keep(0);
        List<EpochMetrics> metrics = before?.Metrics ?? [];
        EpochPart? part = before?.Part;
        var training = new TrainingEpoch(_options, data, run, step, together)
        {
            Progress = progress,
            SaveEvery = SaveEvery,
            SavePart = journal is null ? null : SavePart,
        };
        for (int epoch = metrics.Count; epoch < _options.LastEpoch; epoch++, part = null)
        {
            if (part is null)
                step.Begin(epoch);
            metrics.Add(training.Run(epoch, part, cancel));
            state.CheckMask(run.Updates?.KeptAfter(run.Mask!, (long)(epoch + 1) * StepsPerEpoch, Steps));
            together.MustBeEqual(state, epoch + 1);
            Keep(epoch + 1);
            if (epoch + 1 < _options.LastEpoch)
                ranks.All(() => journal?.Save(state, metrics));
            progress?.Report(new TrainingProgress(epoch + 1, _options.LastEpoch, 0, StepsPerEpoch, metrics[^1]));
        }
        var result = new TrainingResult(state.Snapshot(), metrics)
        {
            Mask = run.Updates is null ? null : state.Mask!.Copy(),
            Average = state.Average?.Snapshot(run.Start.Layout),
        };
        ranks.All(() => journal?.Finish(result));
        return result;

        void Keep(int epoch)
        {
            if (_options.Checkpoints.Contains(epoch))
                ranks.All(() => journal?.Keep(epoch, state));
        }

        void SavePart(EpochPart done)
        {
            if (Lost.IsCancellationRequested)
                return;
            // What a check at the epoch's end would refuse is not written down.
            state.CheckMask(run.Updates?.KeptAfter(run.Mask!, (long)metrics.Count * StepsPerEpoch + done.Steps, Steps));
            journal!.Save(state, metrics, done);
        }
    }

    private long Steps => (long)_options.Epochs * StepsPerEpoch;

    private int StepsPerEpoch => TrainingEpoch.StepsOf(_options, data);

    /// <summary>Refuses what cannot be trained.</summary>
    internal void MustFit(TrainingRun run)
    {
        TrainingFit.Must(run, _options, data);
        run.Updates?.MustFit(Steps);
    }
}

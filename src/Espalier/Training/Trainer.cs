using System.Diagnostics;
using Espalier.Collectives;
using Espalier.Data;
using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
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
    private const int StepsBetweenReports = 8;

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
        MustFit(run);
        ICollective ranks = data.Ranks;
        var together = new RankedTraining(ranks, run, _options, data);
        TrainingFolder? place = ranks.Rank == 0 ? folder : null; // rank 0 alone writes, and reads what there is to go on with
        if (ranks.Rank > 0)
            cancel = CancellationToken.None; // it stops when rank 0 does
        using FolderLock? held = place is null ? null : FolderLock.Take(place.Path);
        TrainingJournal? journal = place is null ? null : new TrainingJournal(place, run, _options, data);
        if (together.Share(place is { IsFinished: true }))
            return together.Share(journal?.ReadFinished());
        // Held to the end, whatever others choose meanwhile; where nobody has chosen, a stopped training goes on with its own number.
        using IDisposable threads = ComputeThreads.Hold(ComputeThreads.Chosen ?? place?.Threads ?? ComputeThreads.Current);
        if (data.Device.type == DeviceType.CUDA)
            data.Prepare(); // other trainings may read the images on streams of theirs
        using CudaStream? stream = CudaStream.Enter(data.Device);
        using var scope = NewDisposeScope();
        using var step = new TrainingStep(run.Start, run.Mask, _options, data.Device, Recorder ?? stream, ranks);
        var totals = new Totals(data.Device, ranks: ranks);
        TrainerState state = step.State;
        (List<EpochMetrics> Metrics, EpochPart? Part)? before = journal?.Resume(state);
        before = together.Share(before, state);
        if (before is null)
            Keep(0);
        List<EpochMetrics> metrics = before?.Metrics ?? [];
        EpochPart? part = before?.Part;
        var watch = new StepWatch(ComputeThreads.Current);
        for (int epoch = metrics.Count; epoch < _options.LastEpoch; epoch++, part = null)
        {
            if (part is null)
                step.Begin(epoch);
            metrics.Add(TrainEpoch(epoch, part, step, totals, run, watch, SavePart, cancel));
            state.CheckMask(run.Updates?.KeptAfter(run.Mask!, (long)(epoch + 1) * StepsPerEpoch, Steps));
            together.MustBeEqual(state, epoch + 1);
            Keep(epoch + 1);
            if (epoch + 1 < _options.LastEpoch)
                journal?.Save(state, metrics);
            progress?.Report(new TrainingProgress(epoch + 1, _options.LastEpoch, 0, StepsPerEpoch, metrics[^1]));
        }
        var result = new TrainingResult(state.Snapshot(), metrics) { Mask = run.Updates is null ? null : state.Mask!.Copy() };
        journal?.Finish(result);
        return result;

        void Keep(int epoch)
        {
            if (_options.Checkpoints.Contains(epoch))
                journal?.Keep(epoch, state);
        }

        void SavePart(EpochPart done)
        {
            if (journal is null || Lost.IsCancellationRequested)
                return;
            // What a check at the epoch's end would refuse is not written down.
            state.CheckMask(run.Updates?.KeptAfter(run.Mask!, (long)metrics.Count * StepsPerEpoch + done.Steps, Steps));
            journal.Save(state, metrics, done);
        }
    }

    private long Steps => (long)_options.Epochs * StepsPerEpoch;

    private int StepsPerEpoch => data.Train.BatchesPerEpoch(_options.BatchSize, _options.DropLast);

    private EpochMetrics TrainEpoch(
        int epoch,
        EpochPart? part,
        TrainingStep step,
        Totals totals,
        TrainingRun run,
        StepWatch watch,
        Action<EpochPart> save,
        CancellationToken cancel
    )
    {
        using var scope = NewDisposeScope();
        var clock = new MidEpochSaves.Clock(SaveEvery);
        totals.Clear();
        if (part is not null)
            totals.Restore(part.Loss, part.Correct, part.Images);
        int done = part?.Steps ?? 0,
            saved = done,
            steps = StepsPerEpoch;
        double rate = done == 0 ? 0 : _options.RateAt((long)epoch * steps + done - 1, steps);
        long start = Stopwatch.GetTimestamp(),
            reported = start;
        // The epoch is part of the stream's name: a resumed run needs no saved generator state.
        var random = new RandomStream(run.Seed, run.DataStream, epoch);
        foreach (
            Batch batch in data.Train.Epoch(
                random,
                _options.BatchSize,
                _options.DropLast,
                skip: done,
                new Shard(data.Ranks.Rank, data.Ranks.Size)
            )
        )
        {
            long before = (long)epoch * steps + done;
            rate = _options.RateAt(before, steps);
            using (batch)
            {
                StopIfAsked();
                step.Run(batch, rate, totals, Due(run, before + 1), Interpolation(run, before));
            }
            done++;
            if (clock.IsDue)
                Save();
            if (done % StepsBetweenReports != 0)
                continue;
            string? notice = watch.Add(Stopwatch.GetElapsedTime(reported).TotalSeconds);
            progress?.Report(new TrainingProgress(epoch, _options.LastEpoch, done, steps, null) { Notice = notice });
            reported = Stopwatch.GetTimestamp();
        }
        Evaluation train = totals.ToEvaluation();
        double trainSeconds = Seconds();
        data.Ranks.Broadcast(step.State.Statistics); // as data-parallel PyTorch has it: those of rank 0's images count
        Evaluation? tested = Tested();
        if (!double.IsFinite(train.Loss) || tested is { Loss: var loss } && !double.IsFinite(loss))
            throw new InputException(
                $"Training diverged in epoch {epoch + 1} of {_options.Epochs}: the loss is {train.Loss} in "
                    + $"training{(tested is null ? "" : $", {tested.Loss} in testing")}; try a learning rate below {_options.LearningRate}"
                    + $"{(_options.Ham is { } ham ? $", or HAM with an alpha below {ham.Alpha}" : "")}."
            );
        return new EpochMetrics(
            epoch + 1,
            rate,
            train.Loss,
            train.AccuracyPercent,
            tested?.Loss,
            tested?.AccuracyPercent,
            Seconds(),
            train.Images / trainSeconds
        )
        {
            TestTop5AccuracyPercent = tested?.Top5AccuracyPercent,
        };

        double Seconds() => (part?.Seconds ?? 0) + Stopwatch.GetElapsedTime(start).TotalSeconds;

        Evaluation? Tested()
        {
            if (epoch + 1 != _options.LastEpoch && (_options.EvaluateEvery == 0 || (epoch + 1) % _options.EvaluateEvery != 0))
                return null;
            try
            {
                return Evaluation.Of(step.Pass, step.State.Arrays, data.Test, cancel: cancel);
            }
            catch (OperationCanceledException)
            {
                Save();
                throw;
            }
        }

        void StopIfAsked()
        {
            if (!cancel.IsCancellationRequested)
                return;
            Save();
            throw new OperationCanceledException(cancel);
        }

        void Save()
        {
            if (done == saved)
                return; // it is on disk already, or as the end of the epoch before
            (double loss, double correct, int images) = totals.Read();
            save(new EpochPart(done, loss, correct, images, Seconds()));
            saved = done;
            clock.Restart();
        }
    }

    // As for batches, the step is part of the stream's name.
    private DueUpdate? Due(TrainingRun run, long step) =>
        run.Updates is { } rule && rule.IsDue(step, Steps)
            ? new DueUpdate(rule, step, Steps, new RandomStream(run.Seed, $"{run.DataStream}.mask", step))
            : null;

    // Likewise: a resumed run draws what it would have drawn.
    private double? Interpolation(TrainingRun run, long step) =>
        _options.InterpolateNormalization ? new RandomStream(run.Seed, $"{run.DataStream}.normalisation", step).NextDouble() : null;

    /// <summary>Refuses what cannot be trained.</summary>
    internal void MustFit(TrainingRun run)
    {
        TrainingFit.Must(run, _options, data);
        run.Updates?.MustFit(Steps);
    }
}

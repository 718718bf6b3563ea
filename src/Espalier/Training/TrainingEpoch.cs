using System.Diagnostics;
using Espalier.Collectives;
using Espalier.Data;
using Espalier.Execution;
using Espalier.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>An epoch of a training: its steps, saves on the way, its test, and what it says of itself.</summary>
/// <param name="options">Schedule and optimizer.</param>
/// <param name="data">Images, and the ranks that train on them.</param>
/// <param name="run">What is trained.</param>
/// <param name="step">Does a step.</param>
/// <param name="together">Holds ranks to the same step.</param>
internal sealed class TrainingEpoch(TrainingOptions options, TrainingData data, TrainingRun run, TrainingStep step, RankedTraining together)
{
    private const int StepsBetweenReports = 8;

    private readonly Totals _totals = new(data.Device, ranks: data.Ranks);
    private readonly StepWatch _watch = new(Runtime.ComputeThreads.Current);
    private readonly int _steps = StepsOf(options, data);
    private MidEpochSaves.Clock _clock = new(null);
    private long _start;
    private EpochPart? _before;
    private int _epoch,
        _done,
        _saved;

    /// <summary>Told every few steps.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Time after which a part of an epoch is saved; null for never.</summary>
    public TimeSpan? SaveEvery { get; init; }

    /// <summary>Saves what is done of an epoch: rank 0's alone; the others have none.</summary>
    public Action<EpochPart>? SavePart { get; init; }

    /// <summary>Steps of an epoch.</summary>
    public static int StepsOf(TrainingOptions options, TrainingData data) =>
        data.Train.BatchesPerEpoch(options.BatchSize, options.DropLast);

    /// <summary>Trains one.</summary>
    /// <param name="epoch">Completed epochs before it.</param>
    /// <param name="part">What is done of it already; null for nothing.</param>
    /// <param name="cancel">Stops it, on all ranks at the same step; what is done is saved.</param>
    /// <exception cref="InputException">The loss is no longer finite, an image cannot be read, or what is done cannot be saved.</exception>
    public EpochMetrics Run(int epoch, EpochPart? part, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        (_epoch, _before, _clock, _start) = (epoch, part, new MidEpochSaves.Clock(SaveEvery), Stopwatch.GetTimestamp());
        _done = _saved = part?.Steps ?? 0;
        _totals.Clear();
        if (part is not null)
            _totals.Restore(part.Loss, part.Correct, part.Images);
        Steps(cancel);
        Evaluation train = _totals.ToEvaluation();
        double trainSeconds = Seconds;
        data.Ranks.Broadcast(step.State.Statistics); // as data-parallel PyTorch has it: those of rank 0's images count
        if (step.State.Average is { } average)
            data.Ranks.Broadcast(average.Statistics);
        Evaluation? tested = Tested(step.State.Arrays, cancel);
        using NodeArrays? ofAverage = step.State.ArraysOfAverage();
        Evaluation? averaged = ofAverage is null ? null : Tested(ofAverage, cancel);
        MustBeFinite(train, tested);
        return new EpochMetrics(
            epoch + 1,
            options.RateAt((long)epoch * _steps + _done - 1, _steps),
            train.Loss,
            train.AccuracyPercent,
            tested?.Loss,
            tested?.AccuracyPercent,
            Seconds,
            train.Images / trainSeconds
        )
        {
            TestTop5AccuracyPercent = tested?.Top5AccuracyPercent,
            EmaTestLoss = averaged?.Loss,
            EmaTestAccuracyPercent = averaged?.AccuracyPercent,
        };
    }

    private void Steps(CancellationToken cancel)
    {
        long reported = _start;
        // The epoch is part of the stream's name: a resumed run needs no saved generator state.
        var random = new RandomStream(run.Seed, run.DataStream, _epoch);
        var shard = new Shard(data.Ranks.Rank, data.Ranks.Size);
        using IEnumerator<Batch> batches = data
            .Train.Epoch(random, options.BatchSize, options.DropLast, skip: _done, shard)
            .GetEnumerator();
        InputException? fault = null; // of this rank alone: the others hear of it before their next step
        while (_done < _steps)
        {
            using Batch? batch = together.Try(ref fault, batches.MoveNext) ? batches.Current : null;
            if (together.IsToldToStop(fault, cancel))
            {
                Save();
                throw new OperationCanceledException(cancel);
            }
            long before = (long)_epoch * _steps + _done;
            step.Run(batch!.Value, options.RateAt(before, _steps), _totals, Due(before + 1), Interpolation(before));
            _done++;
            if (_clock.IsDue)
                together.Try(ref fault, Save);
            if (_done % StepsBetweenReports != 0)
                continue;
            string? notice = _watch.Add(Stopwatch.GetElapsedTime(reported).TotalSeconds);
            Progress?.Report(new TrainingProgress(_epoch, options.LastEpoch, _done, _steps, null) { Notice = notice });
            reported = Stopwatch.GetTimestamp();
        }
        together.MustAllDo(fault);
    }

    private double Seconds => (_before?.Seconds ?? 0) + Stopwatch.GetElapsedTime(_start).TotalSeconds;

    private void MustBeFinite(Evaluation train, Evaluation? tested)
    {
        if (double.IsFinite(train.Loss) && (tested is null || double.IsFinite(tested.Loss)))
            return;
        throw together.Refusal(
            $"Training diverged in epoch {_epoch + 1} of {options.Epochs}: the loss is {train.Loss} in "
                + $"training{(tested is null ? "" : $", {tested.Loss} in testing")}; try a learning rate below {options.LearningRate}"
                + $"{(options.Ham is { } ham ? $", or HAM with an alpha below {ham.Alpha}" : "")}."
        );
    }

    private Evaluation? Tested(NodeArrays arrays, CancellationToken cancel)
    {
        if (_epoch + 1 != options.LastEpoch && (options.EvaluateEvery == 0 || (_epoch + 1) % options.EvaluateEvery != 0))
            return null;
        try
        {
            // Ranks stop together, at a step: one that left a test would leave the others waiting.
            return data.Ranks.Size > 1
                ? Evaluation.Of(step.Pass, arrays, data.Test, data.Ranks)
                : Evaluation.Of(step.Pass, arrays, data.Test, cancel: cancel);
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
    }

    private void Save()
    {
        if (_done == _saved || SavePart is null)
            return; // it is on disk already, or as the end of the epoch before
        (double loss, double correct, int images) = _totals.Read();
        SavePart(new EpochPart(_done, loss, correct, images, Seconds));
        _saved = _done;
        _clock.Restart();
    }

    // As for batches, the step is part of the stream's name.
    private DueUpdate? Due(long number) =>
        run.Updates is { } rule && rule.IsDue(number, AllSteps)
            ? new DueUpdate(rule, number, AllSteps, new RandomStream(run.Seed, $"{run.DataStream}.mask", number))
            : null;

    // Likewise: a resumed run draws what it would have drawn.
    private double? Interpolation(long before) =>
        options.InterpolateNormalization ? new RandomStream(run.Seed, $"{run.DataStream}.normalisation", before).NextDouble() : null;

    private long AllSteps => (long)options.Epochs * _steps;
}

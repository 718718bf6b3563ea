using Espalier.Data;
using Espalier.Runtime;
using Espalier.Runtime.Gpu;
using Espalier.Runtime.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Training;

/// <summary>
/// A step that is recorded once and from then on told the device at once. Launched one kernel at a time a small network leaves a GPU
/// waiting most of the time. It is believed only after it gave the bits of the step that it was recorded from.
/// </summary>
/// <param name="recorder">Records.</param>
/// <param name="state">What steps read and write.</param>
/// <param name="batchSize">Of the steps to record; others, such as an epoch's last, are left to the caller.</param>
/// <param name="step">Computes a step: reads the batch and <see cref="TrainerState.Descent"/>.</param>
internal sealed class RecordedStep(IRecorder recorder, TrainerState state, int batchSize, Action<Batch, Totals> step) : IDisposable
{
    /// <summary>In the first steps libraries choose algorithms and take memory, which cannot be recorded.</summary>
    private const int StepsBefore = 3;

    private int _seen;
    private bool _isRefused;
    private IRecording? _recording;
    private Totals? _totals;
    private Batch _batch; // where a recorded step reads its batch

    /// <summary>Takes a step.</summary>
    /// <param name="batch">Copied.</param>
    /// <param name="totals">The same object at every call; not told how many images there were.</param>
    /// <returns>False if it has not: the caller has to.</returns>
    public bool Run(Batch batch, Totals totals)
    {
        if (_isRefused || batch.Count != batchSize || (_totals is not null && totals != _totals))
            return false;
        if (_recording is null)
            return _seen++ >= StepsBefore && Begin(batch, totals);
        Put(batch);
        _recording.Play();
        return true;
    }

    private void Put(Batch batch)
    {
        _batch.Images.copy_(batch.Images);
        _batch.Labels.copy_(batch.Labels);
    }

    /// <summary>Records a step, and takes it.</summary>
    private bool Begin(Batch batch, Totals totals)
    {
        _batch = new Batch(batch.Images.clone().DetachFromDisposeScope(), batch.Labels.clone().DetachFromDisposeScope());
        _totals = totals;
        _recording = recorder.Record(() => step(_batch, totals));
        if (_recording is null || !GivesTheBitsOf(batch, totals))
            Refuse();
        return !_isRefused;
    }

    /// <summary>
    /// Plays it, goes back, and takes the step as it is: that one counts. Where bits are not promised none are compared; where they differ,
    /// the step is taken again by the caller, from where it was.
    /// </summary>
    private bool GivesTheBitsOf(Batch batch, Totals totals)
    {
        if (!GpuMath.Deterministic)
        {
            _recording!.Play();
            return true;
        }
        using var scope = NewDisposeScope();
        Tensor[] carried = [.. state.Carried.Concat(totals.Sums)],
            before = [.. carried.Select(buffer => buffer.clone())];
        _recording!.Play();
        Tensor[] played = [.. carried.Select(buffer => buffer.clone())];
        GoBack();
        step(batch, totals);
        Tensor different = zeros(1, ScalarType.Int64, carried[0].device);
        for (int i = 0; i < carried.Length; i++)
            different.PlusInPlace(carried[i].ne(played[i]).sum());
        bool same = HostRead.Item<long>(different) == 0;
        if (!same)
            GoBack();
        return same;

        void GoBack()
        {
            using var guard = no_grad();
            for (int i = 0; i < carried.Length; i++)
                carried[i].copy_(before[i]);
        }
    }

    private void Refuse()
    {
        Dispose();
        _isRefused = true;
    }

    public void Dispose()
    {
        _recording?.Dispose();
        _recording = null;
        if (_totals is null)
            return;
        _batch.Dispose();
        _totals = null;
    }
}

using Espalier.Lab.Engine.Store;

namespace Espalier.Lab.Engine.Running;

/// <summary>
/// Leaves in the store what the workers of this process are at, so that others can tell: whenever a worker takes another stage, and every
/// so often while nothing changes.
/// </summary>
public sealed class WorkerBeacon : IProgress<RunProgress>, IDisposable
{
    /// <summary>A process that has not been heard of for so long is taken for dead.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10),
        Forgotten = TimeSpan.FromDays(1);

    private readonly ArtefactStore _store;
    private readonly IProgress<RunProgress>? _next;
    private readonly Timer _timer;
    private readonly Lock _lock = new();
    private WorkerRecord _now;
    private string? _written;
    private bool _isOver;

    /// <param name="store">The store, which is there already.</param>
    /// <param name="clock">Dates the start.</param>
    /// <param name="next">Told the same.</param>
    public WorkerBeacon(ArtefactStore store, TimeProvider clock, IProgress<RunProgress>? next = null)
    {
        (_store, _next) = (store, next);
        WorkerPlace place = WorkerPlace.Here;
        _now = new WorkerRecord(place.Host, place.Job, Environment.ProcessId, clock.GetUtcNow(), []);
        _timer = new Timer(_ => Write(), null, Interval, Interval);
        try
        {
            _now.RemoveForgotten(store, Forgotten);
        }
        catch (InputException)
        {
            // A store that is away for a moment keeps its old records for a while.
        }
    }

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        _next?.Report(value);
        lock (_lock)
        {
            _now = _now with
            {
                At =
                [
                    .. value.Workers.Select(at =>
                        at.Stage is null ? null : new WorkerRecord.Work(at.Stage.Id, at.Stage.Title, at.Share, at.Completed)
                    ),
                ],
            };
            if (string.Join(' ', _now.At.Select(work => work?.Stage)) is var stages && stages == _written)
                return;
            _written = stages;
        }
        Write();
    }

    /// <summary>The process ends: it is at nothing any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _timer.Dispose();
            _now.Remove(_store);
        }
    }

    private void Write()
    {
        lock (_lock)
            try
            {
                if (!_isOver)
                    _now.Write(_store);
            }
            catch (InputException)
            {
                // Nobody is told of it for a moment; the work goes on.
            }
    }
}

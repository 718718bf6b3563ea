using System.Runtime.ExceptionServices;

namespace Espalier.Data;

/// <summary>
/// Gives images of a set in an order that is known beforehand, while threads make those that come next: no more of them than fit into a
/// queue of some megabytes. What it gives does not depend on the number of threads.
/// </summary>
internal sealed class ImagesAhead : IDisposable
{
    private const int Bytes = 64 << 20,
        Most = 1024;

    private sealed class Slot : IDisposable
    {
        public readonly SemaphoreSlim Ready = new(0, 1);
        public byte[] Pixels = [];
        public Exception? Fault;

        public void Dispose() => Ready.Dispose();
    }

    private readonly Slot[] _slots;
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread[] _threads;
    private readonly IPixels _source;
    private readonly int[] _order;
    private readonly int _size,
        _first;
    private readonly EpochCrop? _crop;
    private int _begun = -1,
        _given;

    /// <summary>Begins.</summary>
    /// <param name="source">Makes images.</param>
    /// <param name="size">Bytes of one.</param>
    /// <param name="order">Which images, in the order in which they will be asked for.</param>
    /// <param name="first">What the source calls the first image of the set.</param>
    /// <param name="crop">Chooses parts of them; null for images as they are.</param>
    public ImagesAhead(IPixels source, int size, int[] order, int first = 0, EpochCrop? crop = null)
    {
        (_source, _size, _order, _first, _crop) = (source, size, order, first, crop);
        int threads = Math.Clamp(source.Threads, 1, Math.Max(1, order.Length)),
            ahead = Math.Min(Math.Clamp(Bytes / size, 2 * threads, Most), Math.Max(1, order.Length));
        _slots = [.. Enumerable.Range(0, ahead).Select(_ => new Slot())];
        _free = new SemaphoreSlim(ahead);
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true, Name = "images ahead" })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>The next image's bytes, until the next call.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public ReadOnlySpan<byte> Next()
    {
        if (_given == _order.Length)
            throw new InvalidOperationException("all images were given");
        if (_given > 0)
            _free.Release(); // the image before may be overwritten
        Slot slot = _slots[_given++ % _slots.Length];
        slot.Ready.Wait();
        if (slot.Fault is { } fault)
            ExceptionDispatchInfo.Throw(fault);
        return slot.Pixels;
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (Slot slot in _slots)
            slot.Dispose();
        _free.Dispose();
        _stop.Dispose();
    }

    private void Work()
    {
        try
        {
            while (true)
            {
                // Places are free in the order of images: who has one of them has that of the image it takes next.
                _free.Wait(_stop.Token);
                int at = Interlocked.Increment(ref _begun);
                if (at >= _order.Length)
                    return;
                Slot slot = _slots[at % _slots.Length];
                try
                {
                    if (slot.Pixels.Length == 0)
                        slot.Pixels = GC.AllocateUninitializedArray<byte>(_size);
                    int image = _order[at];
                    WindowChoice? choose = _crop is null ? null : (height, width) => _crop.Window(image, height, width);
                    _source.Read(_first + image, choose, slot.Pixels);
                }
                catch (Exception fault)
                {
                    slot.Fault = fault; // whoever asks for the image gets it
                }
                slot.Ready.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody wants more.
        }
    }
}

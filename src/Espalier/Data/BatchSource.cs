using Espalier.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>An image set resident on a device, normalised and padded once, from which whole batches are gathered.</summary>
/// <remarks>
/// Images lie as rows of pixels, [N·(H+2p)·(W+2p), C]; an augmented batch is one index computation and one gather of rows. Padding is
/// black before normalisation, as in torchvision.
/// </remarks>
public sealed class BatchSource : IDisposable
{
    private readonly Tensor _pixels, _labels, _window;
    private readonly int _channels, _height, _width, _padding;
    private readonly bool _flip;

    /// <summary>Copies, normalises and pads the images.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalization">One mean and deviation a channel.</param>
    /// <param name="augmentation">What <see cref="Epoch"/> does to them.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="type">Their number format.</param>
    public BatchSource(ImageSet set, Normalization normalization, Augmentation augmentation, Device device, ScalarType type)
    {
        if (normalization.Mean.Count != set.Channels)
            throw new InputException($"The normalisation is for {normalization.Mean.Count} channels; {set.Name} has {set.Channels}.");
        (Count, _channels, _height, _width, _padding, _flip) = (set.Count, set.Channels, set.Height, set.Width, augmentation.CropPadding, augmentation.Flip);
        (Device, Type) = (device, type);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        int paddedHeight = _height + 2 * _padding, paddedWidth = _width + 2 * _padding;
        Tensor mean = tensor(normalization.Mean.ToArray()).mul(255), scale = tensor(normalization.Std.ToArray()).mul(255).reciprocal();
        Tensor black = mean.neg().mul(scale);
        _pixels = black.to(type).expand(Count, paddedHeight, paddedWidth, _channels).contiguous().to(device);
        Tensor inner = _pixels.narrow(1, _padding, _height).narrow(2, _padding, _width);
        int stride = _height * _width * _channels;
        const int Chunk = 5000; // float32 copies of a part only: a whole set would triple the peak
        for (int at = 0; at < Count; at += Chunk)
        {
            using var part = NewDisposeScope();
            int count = Math.Min(Chunk, Count - at);
            Tensor raw = tensor(set.Pixels.Slice(at * stride, count * stride).ToArray(), ScalarType.Byte).view(count, _height, _width, _channels);
            inner.narrow(0, at, count).copy_(raw.to(ScalarType.Float32).sub(mean).mul(scale));
        }
        _pixels = _pixels.view(-1, _channels).DetachFromDisposeScope();
        _labels = tensor(set.Labels.ToArray(), ScalarType.Byte).to(ScalarType.Int64).to(device).DetachFromDisposeScope();
        _window = arange(_height, ScalarType.Int64).mul(paddedWidth).unsqueeze(1).add(arange(_width, ScalarType.Int64)).to(device).DetachFromDisposeScope();
    }

    /// <summary>Images in the set.</summary>
    public int Count { get; }

    /// <summary>Where the images live.</summary>
    public Device Device { get; }

    /// <summary>Their number format.</summary>
    public ScalarType Type { get; }

    /// <summary>All images once in random order, each randomly flipped and cropped.</summary>
    /// <param name="random">Order first, then flip and offsets of every image; nothing else is drawn from it.</param>
    /// <param name="batchSize">Images a batch.</param>
    /// <param name="dropLast">Whether an incomplete last batch is left out.</param>
    /// <exception cref="InputException">A batch is larger than the set.</exception>
    public IEnumerable<Batch> Epoch(RandomStream random, int batchSize, bool dropLast = false)
    {
        if (batchSize < 1 || batchSize > Count) throw new InputException($"A batch of {batchSize} images is impossible; expected 1 to {Count}, the images of the set.");
        return Augmented(random, batchSize, dropLast);
    }

    /// <summary>All images in their order, as they are.</summary>
    /// <param name="batchSize">Images a batch; the last may have fewer.</param>
    public IEnumerable<Batch> InOrder(int batchSize)
    {
        for (int at = 0; at < Count; at += batchSize)
        {
            int count = Math.Min(batchSize, Count - at);
            long[] images = new long[count], starts = new long[count];
            for (int i = 0; i < count; i++) (images[i], starts[i]) = (at + i, Start(at + i, _padding, _padding));
            yield return Gather(images, starts, null);
        }
    }

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        _pixels.Dispose();
        _labels.Dispose();
        _window.Dispose();
    }

    private IEnumerable<Batch> Augmented(RandomStream random, int batchSize, bool dropLast)
    {
        int[] order = random.NextOrder(Count);
        for (int at = 0; at < Count; at += batchSize)
        {
            int count = Math.Min(batchSize, Count - at);
            if (dropLast && count < batchSize) yield break;
            long[] images = new long[count], starts = new long[count];
            float[]? flipped = _flip ? new float[count] : null;
            for (int i = 0; i < count; i++)
            {
                images[i] = order[at + i];
                if (flipped is not null) flipped[i] = random.NextInt(2);
                (int row, int column) = _padding == 0 ? (0, 0) : (random.NextInt(2 * _padding + 1), random.NextInt(2 * _padding + 1));
                starts[i] = Start(order[at + i], row, column);
            }
            yield return Gather(images, starts, flipped);
        }
    }

    private long Start(long image, int row, int column) => (image * (_height + 2 * _padding) + row) * (_width + 2 * _padding) + column;

    private Batch Gather(long[] images, long[] starts, float[]? flipped)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Tensor index = tensor(starts).to(Device).view(-1, 1, 1).add(_window);
        if (flipped is not null)
        {
            // Column w of a flipped image is column W−1−w of the crop.
            Tensor mirror = tensor(flipped).to(ScalarType.Int64).to(Device).view(-1, 1, 1);
            index = index.add(mirror.mul(arange(_width - 1, -_width, -2, ScalarType.Int64, Device)));
        }
        Tensor rows = _pixels.index_select(0, index.view(-1)).view(images.Length, _height, _width, _channels);
        return new Batch(rows.permute(0, 3, 1, 2).DetachFromDisposeScope(), _labels.index_select(0, tensor(images).to(Device)).DetachFromDisposeScope());
    }
}

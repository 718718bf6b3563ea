using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>Batches on any device: the padded set stays there as bytes, and one gather takes the pixels of all windows.</summary>
internal sealed class GatheredBatches : IBatchMaker
{
    private readonly ImageSet _set;
    private readonly int _padding;
    private readonly Device _device;
    private readonly ScalarType _type;
    private readonly Tensor _pixels,
        _labels,
        _mean,
        _std,
        _largest,
        _rows,
        _columns;

    public GatheredBatches(ImageSet set, Normalization normalization, int padding, Device device, ScalarType type)
    {
        (_set, _padding, _device, _type) = (set, padding, device, type);
        using var scope = NewDisposeScope();
        Tensor padded = zeros([set.Count, PaddedHeight, PaddedWidth, set.Channels], ScalarType.Byte, device);
        // Image by image in pieces: the set may be larger than the bytes one managed array can hold for a copy of it.
        const int piece = 1024;
        for (int start = 0; start < set.Count; start += piece)
        {
            using var pieceScope = NewDisposeScope();
            int count = Math.Min(piece, set.Count - start);
            Tensor part = tensor(set.Pixels.Slice(start * set.ImageSize, count * set.ImageSize).ToArray(), ScalarType.Byte);
            padded
                .narrow(0, start, count)
                .narrow(1, padding, set.Height)
                .narrow(2, padding, set.Width)
                .copy_(part.view(count, set.Height, set.Width, set.Channels));
        }
        _pixels = padded.view(-1, set.Channels).DetachFromDisposeScope();
        _labels = tensor(set.Labels.ToArray(), ScalarType.Byte).to(ScalarType.Int64).to(device).DetachFromDisposeScope();
        _mean = tensor(normalization.Mean.ToArray(), device: device).DetachFromDisposeScope();
        _std = tensor(normalization.Std.ToArray(), device: device).DetachFromDisposeScope();
        // A divisor on the device, not a number: CUDA multiplies by the reciprocal of a number, and the bits would differ from the CPU's.
        _largest = tensor(255f).to(device).DetachFromDisposeScope();
        _rows = Held.Range(set.Height, ScalarType.Int64, device).Times(PaddedWidth).view(1, -1, 1).DetachFromDisposeScope();
        _columns = Held.Range(set.Width, ScalarType.Int64, device).view(1, 1, -1).DetachFromDisposeScope();
    }

    private int PaddedHeight => _set.Height + 2 * _padding;

    private int PaddedWidth => _set.Width + 2 * _padding;

    public Batch Make(ReadOnlySpan<Placement> placements)
    {
        long[] numbers = new long[3 * placements.Length];
        for (int i = 0; i < placements.Length; i++)
        {
            Placement place = placements[i];
            long corner = ((long)place.Image * PaddedHeight + place.Row + _padding) * PaddedWidth + place.Column + _padding;
            numbers[i] = place.Image;
            numbers[placements.Length + i] = place.Flip ? corner + _set.Width - 1 : corner;
            numbers[2 * placements.Length + i] = place.Flip ? -1 : 1;
        }
        using var scope = NewDisposeScope();
        Tensor drawn = tensor(numbers).to(_device).view(3, -1, 1, 1);
        Tensor index = drawn[1].Plus(_rows).addcmul(drawn[2], _columns, Held.One).view(-1);
        Tensor images = _pixels
            .index_select(0, index)
            .to(ScalarType.Float32)
            .div_(_largest)
            .MinusInPlace(_mean)
            .div_(_std)
            .to(_type)
            .view(placements.Length, _set.Height, _set.Width, _set.Channels)
            .permute(0, 3, 1, 2);
        return new Batch(images.DetachFromDisposeScope(), _labels.index_select(0, drawn[0].view(-1)).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (Tensor kept in new[] { _pixels, _labels, _mean, _std, _largest, _rows, _columns })
            kept.Dispose();
    }
}

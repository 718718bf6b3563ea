using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>
/// Batches on any device: the padded set stays there as bytes. Order, flips and windows of a whole pass are sent there at its beginning;
/// then one gather takes a batch's pixels, and a look-up in a table of the 256 normalised values of each channel makes them numbers.
/// </summary>
internal sealed class GatheredBatches : IBatchMaker
{
    private readonly ImageSet _set;
    private readonly int _padding;
    private readonly Device _device;
    private readonly Tensor _pixels,
        _labels,
        _table,
        _channels,
        _windows;

    public GatheredBatches(ImageSet set, Normalization normalization, int padding, Device device, ScalarType type)
    {
        (_set, _padding, _device) = (set, padding, device);
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
        _labels = tensor(set.Labels.ToArray()).to(ScalarType.Int64).to(device).DetachFromDisposeScope();
        _table = WrittenBatches.Table(normalization, type).to(device).view(-1).DetachFromDisposeScope();
        _channels = Held.Range(set.Channels, ScalarType.Int64, device).Times(256L).view(1, -1).DetachFromDisposeScope();
        _windows = Windows().DetachFromDisposeScope();
    }

    private int PaddedHeight => _set.Height + 2 * _padding;

    private int PaddedWidth => _set.Width + 2 * _padding;

    public IBatchPass Begin(Placement[] placements, EpochCrop? crop)
    {
        using var scope = NewDisposeScope();
        int images = placements.Length;
        long[] numbers = new long[3 * images];
        for (int i = 0; i < images; i++)
        {
            Placement at = placements[i];
            numbers[i] = at.Image;
            numbers[images + i] = ((long)at.Image * PaddedHeight + at.Row + _padding) * PaddedWidth + at.Column + _padding;
            numbers[2 * images + i] = at.Flip ? 1 : 0;
        }
        Tensor drawn = Upload.To(tensor(numbers), _device).view(3, -1);
        return new Pass(this, _labels.index_select(0, drawn[0]), drawn[1].view(-1, 1), drawn[2]);
    }

    /// <summary>Where the pixels of a window lie from its corner: [2, H·W], as it is and mirrored.</summary>
    private Tensor Windows()
    {
        Tensor rows = Held.Range(_set.Height, ScalarType.Int64, _device).Times((long)PaddedWidth).view(-1, 1),
            columns = Held.Range(_set.Width, ScalarType.Int64, _device).view(1, -1);
        return stack([rows.Plus(columns).view(-1), rows.Plus(columns.flip(1)).view(-1)], 0);
    }

    public void Dispose()
    {
        foreach (Tensor kept in new[] { _pixels, _labels, _table, _channels, _windows })
            kept.Dispose();
    }

    /// <summary>Its tensors are those of all its images, on the device: nothing comes from or goes to the host any more.</summary>
    /// <param name="maker">Whose images.</param>
    /// <param name="labels">[images].</param>
    /// <param name="corners">[images, 1]: where each window begins among the padded pixels.</param>
    /// <param name="flips">[images]: 1 where it is mirrored.</param>
    private sealed class Pass(GatheredBatches maker, Tensor labels, Tensor corners, Tensor flips) : IBatchPass
    {
        private readonly Tensor _labels = labels.DetachFromDisposeScope(),
            _corners = corners.clone().DetachFromDisposeScope(),
            _flips = flips.clone().DetachFromDisposeScope();
        private long _done;

        public Batch Next(int count)
        {
            using var scope = NewDisposeScope();
            Tensor places = maker._windows.index_select(0, _flips.narrow(0, _done, count)).PlusInPlace(_corners.narrow(0, _done, count));
            Tensor values = maker._pixels.index_select(0, places.view(-1)).add(maker._channels, Held.One);
            Tensor images = maker
                ._table.index_select(0, values.view(-1))
                .view(count, maker._set.Height, maker._set.Width, maker._set.Channels)
                .permute(0, 3, 1, 2);
            Tensor labels = _labels.narrow(0, _done, count).clone();
            _done += count;
            return new Batch(images.DetachFromDisposeScope(), labels.DetachFromDisposeScope());
        }

        public void Dispose()
        {
            foreach (Tensor kept in new[] { _labels, _corners, _flips })
                kept.Dispose();
        }
    }
}

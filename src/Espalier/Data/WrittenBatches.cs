using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Espalier.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Espalier.Data;

/// <summary>
/// Batches on the CPU: each byte becomes a normalised value by a table look-up, written where the tensor wants it. Values are moved as bit
/// patterns, so that one method serves every floating-point type.
/// </summary>
internal sealed class WrittenBatches : IBatchMaker
{
    private readonly ImageSet _set;
    private readonly ScalarType _type;
    private readonly byte[] _table;
    private readonly Device _device;

    public WrittenBatches(ImageSet set, Normalization normalization, ScalarType type, Device device)
    {
        (_set, _type, _device) = (set, type, device);
        using Tensor table = Table(normalization, type);
        _table = table.bytes.ToArray();
    }

    /// <summary>[channels, 256]: what each byte of a channel becomes.</summary>
    public static Tensor Table(Normalization normalization, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor values = Held.Range(256, ScalarType.Float32).div(Held.LargestByte).view(1, 256);
        Tensor mean = tensor(normalization.Mean.ToArray()).view(-1, 1),
            std = tensor(normalization.Std.ToArray()).view(-1, 1);
        return values.Minus(mean).div(std).to(type).contiguous().MoveToOuterDisposeScope();
    }

    public IBatchPass Begin(Placement[] placements, EpochCrop? crop) =>
        new Pass(
            this,
            placements,
            _set.IsInMemory && crop is null
                ? new PixelFeed(_set)
                : new PixelFeed(_set, Array.ConvertAll(placements, placement => placement.Image), crop)
        );

    private Batch Make(ReadOnlySpan<Placement> placements, PixelFeed feed)
    {
        using var scope = NewDisposeScope();
        Tensor images = empty(placements.Length, _set.Height, _set.Width, _set.Channels, dtype: _type);
        Tensor labels = empty(placements.Length, dtype: ScalarType.Int64);
        Span<long> labelSpan = MemoryMarshal.Cast<byte, long>(labels.bytes);
        for (int i = 0; i < placements.Length; i++)
            labelSpan[i] = _set.Labels.Span[placements[i].Image];
        switch (images.ElementSize)
        {
            case 2:
                Write<ushort>(placements, feed, images.bytes);
                break;
            case 4:
                Write<uint>(placements, feed, images.bytes);
                break;
            default:
                Write<ulong>(placements, feed, images.bytes);
                break;
        }
        if (_device.type != DeviceType.CPU)
            (images, labels) = (Upload.To(images, _device), Upload.To(labels, _device));
        return new Batch(images.permute(0, 3, 1, 2).DetachFromDisposeScope(), labels.DetachFromDisposeScope());
    }

    public void Dispose() { }

    private void Write<T>(ReadOnlySpan<Placement> placements, PixelFeed feed, Span<byte> bytes)
        where T : unmanaged
    {
        ReadOnlySpan<T> table = MemoryMarshal.Cast<byte, T>(_table);
        Span<T> target = MemoryMarshal.Cast<byte, T>(bytes);
        int size = _set.ImageSize,
            line = _set.Width * _set.Channels;
        for (int i = 0; i < placements.Length; i++)
        {
            Placement place = placements[i];
            ReadOnlySpan<byte> image = feed.Next(place.Image);
            Span<T> written = target.Slice(i * size, size);
            for (int y = 0; y < _set.Height; y++)
            {
                int row = y + place.Row;
                ReadOnlySpan<byte> source = row >= 0 && row < _set.Height ? image.Slice(row * line, line) : [];
                WriteLine(source, written.Slice(y * line, line), table, place);
            }
        }
    }

    private void WriteLine<T>(ReadOnlySpan<byte> source, Span<T> line, ReadOnlySpan<T> table, Placement place)
        where T : unmanaged
    {
        // Columns [first, end) of the window lie in the image; the others, and all of a row outside, are black.
        int width = _set.Width,
            channels = _set.Channels;
        int first = source.IsEmpty ? width : Math.Max(0, -place.Column),
            end = source.IsEmpty ? width : Math.Min(width, width - place.Column);
        for (int x = 0; x < first; x++)
            WriteBlack(line, table, place.Flip ? width - 1 - x : x);
        for (int x = end; x < width; x++)
            WriteBlack(line, table, place.Flip ? width - 1 - x : x);
        if (first >= end)
            return;
        ref byte from = ref MemoryMarshal.GetReference(source.Slice((first + place.Column) * channels, (end - first) * channels));
        ref T values = ref MemoryMarshal.GetReference(table);
        int left = place.Flip ? width - end : first,
            step = place.Flip ? -channels : channels;
        ref T to = ref line.Slice(left * channels, (end - first) * channels)[place.Flip ? (end - first - 1) * channels : 0];
        if (channels == 3)
        {
            WriteColours(ref from, ref values, ref to, step, end - first);
            return;
        }
        for (int x = first; x < end; x++)
        {
            for (int c = 0; c < channels; c++)
                Unsafe.Add(ref to, c) = Unsafe.Add(ref values, (c << 8) + Unsafe.Add(ref from, c));
            from = ref Unsafe.Add(ref from, channels);
            to = ref Unsafe.Add(ref to, step);
        }
    }

    /// <summary>The same of three channels, whose places need not be counted.</summary>
    private static void WriteColours<T>(ref byte from, ref T values, ref T to, int step, int count)
        where T : unmanaged
    {
        ref T greens = ref Unsafe.Add(ref values, 256);
        ref T blues = ref Unsafe.Add(ref values, 512);
        for (int x = 0; x < count; x++)
        {
            to = Unsafe.Add(ref values, from);
            Unsafe.Add(ref to, 1) = Unsafe.Add(ref greens, Unsafe.Add(ref from, 1));
            Unsafe.Add(ref to, 2) = Unsafe.Add(ref blues, Unsafe.Add(ref from, 2));
            from = ref Unsafe.Add(ref from, 3);
            to = ref Unsafe.Add(ref to, step);
        }
    }

    private void WriteBlack<T>(Span<T> line, ReadOnlySpan<T> table, int x)
        where T : unmanaged
    {
        for (int c = 0; c < _set.Channels; c++)
            line[x * _set.Channels + c] = table[c << 8];
    }

    private sealed class Pass(WrittenBatches maker, Placement[] placements, PixelFeed feed) : IBatchPass
    {
        private int _done;

        public Batch Next(int count)
        {
            ReadOnlySpan<Placement> next = placements.AsSpan(_done, count);
            _done += count;
            return maker.Make(next, feed);
        }

        public void Dispose() => feed.Dispose();
    }
}

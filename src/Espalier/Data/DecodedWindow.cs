using System.Buffers;

namespace Espalier.Data;

/// <summary>A part of a decoded image. Whoever asked for it disposes of it, which gives its memory back.</summary>
public sealed class DecodedWindow : IDisposable
{
    private byte[]? _rented;

    /// <summary>Wraps pixels.</summary>
    /// <param name="pixels">They and what lies around them.</param>
    /// <param name="first">Where the part's first pixel begins.</param>
    /// <param name="stride">Bytes from a row to the next.</param>
    /// <param name="step">Bytes from a pixel to the next: 1 for grey, 3 for red, green and blue, 4 where a byte follows them.</param>
    /// <param name="height">Rows of the part.</param>
    /// <param name="width">Columns of the part.</param>
    /// <param name="isRented">Whether the bytes are from the shared pool of arrays.</param>
    public DecodedWindow(byte[] pixels, int first, int stride, int step, int height, int width, bool isRented = false)
    {
        if (
            step is not (1 or 3 or 4)
            || first < 0
            || height < 1
            || width < 1
            || stride < width * step
            || (long)first + (height - 1L) * stride + (long)width * step > pixels.Length
        )
            throw new ArgumentException("the part does not lie within the pixels");
        (Pixels, First, Stride, Step, Height, Width, _rented) = (pixels, first, stride, step, height, width, isRented ? pixels : null);
    }

    /// <summary>The part and what lies around it.</summary>
    public byte[] Pixels { get; }

    /// <summary>Where its first pixel begins.</summary>
    public int First { get; }

    /// <summary>Bytes from a row to the next.</summary>
    public int Stride { get; }

    /// <summary>Bytes from a pixel to the next.</summary>
    public int Step { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Gives rented memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
    }
}

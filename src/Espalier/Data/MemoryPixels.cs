namespace Espalier.Data;

/// <summary>Random parts of images that are in memory, at their size there.</summary>
/// <param name="set">The images.</param>
internal sealed class MemoryPixels(ImageSet set) : IPixels
{
    /// <inheritdoc/>
    public int Threads => Environment.ProcessorCount;

    /// <inheritdoc/>
    public void Read(int image, WindowChoice? choose, Span<byte> target)
    {
        if (choose is null)
        {
            set.Read(image, target);
            return;
        }
        ImageWindow part = choose(set.Height, set.Width);
        byte[] pixels = set.Pixels.Slice(image * set.ImageSize, set.ImageSize).ToArray();
        int line = set.Width * set.Channels;
        using DecodedWindow window = new(pixels, part.Top * line + part.Left * set.Channels, line, set.Channels, part.Height, part.Width);
        ImageFit.Stretch(window, set.Channels, (set.Height, set.Width), target);
    }
}

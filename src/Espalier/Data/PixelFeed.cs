namespace Espalier.Data;

/// <summary>Gives the images of a pass one after the other: from memory, or from those that are made ahead.</summary>
internal sealed class PixelFeed : IDisposable
{
    private readonly ImageSet _set;
    private readonly ImagesAhead? _ahead;

    /// <summary>Of a set in memory.</summary>
    public PixelFeed(ImageSet set) => _set = set;

    /// <summary>Of a set that is decoded as it is needed.</summary>
    /// <param name="set">The set.</param>
    /// <param name="order">The images in the order in which they will be asked for.</param>
    /// <param name="crop">Chooses parts of them; null for images as they are.</param>
    public PixelFeed(ImageSet set, int[] order, EpochCrop? crop) => (_set, _ahead) = (set, set.Ahead(order, crop));

    /// <summary>The bytes of the image that comes next, until the next call.</summary>
    public ReadOnlySpan<byte> Next(int image) =>
        _ahead is null ? _set.Pixels.Span.Slice(image * _set.ImageSize, _set.ImageSize) : _ahead.Next();

    public void Dispose() => _ahead?.Dispose();
}

namespace Espalier.Data;

/// <summary>
/// Turns files of images into pixels. The library brings none, as it stands on a tensor library alone: Espalier.Images has one.
/// </summary>
public interface IImageDecoder
{
    /// <summary>Decodes an image. Called by several threads at once.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <returns>The image in red, green and blue.</returns>
    /// <exception cref="InputException">The file is no image, is damaged, or is of a kind that is not read.</exception>
    ColourImage Decode(byte[] file, string path);

    /// <summary>Decodes a part of an image. Called by several threads at once.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="choose">Chooses the part; called once.</param>
    /// <returns>The part: the same pixels as in the whole image. Dispose of it.</returns>
    /// <exception cref="InputException">The file is no image, is damaged, or is of a kind that is not read.</exception>
    DecodedWindow Decode(ReadOnlyMemory<byte> file, string path, WindowChoice choose)
    {
        ColourImage image = Decode(file.ToArray(), path);
        ImageWindow part = choose(image.Height, image.Width);
        int stride = image.Width * 3;
        return new DecodedWindow(image.Pixels, part.Top * stride + part.Left * 3, stride, 3, part.Height, part.Width);
    }

    /// <summary>
    /// Decodes a part of an image at a fraction of its size, where its format has that: faster, and not the pixels that
    /// <see cref="Decode(ReadOnlyMemory{byte}, string, WindowChoice)"/> gives. Called by several threads at once.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="choose">Chooses the part, of the image as the file has it; called once.</param>
    /// <param name="most">By how much, at most, a part may become smaller; less than 2: not at all.</param>
    /// <returns>The part, in pixels of the smaller image, to the nearest one. Dispose of it.</returns>
    /// <exception cref="InputException">The file is no image, is damaged, or is of a kind that is not read.</exception>
    DecodedWindow DecodeScaled(ReadOnlyMemory<byte> file, string path, WindowChoice choose, Func<ImageWindow, double> most) =>
        Decode(file, path, choose);
}

/// <summary>An image of 8 bits a channel.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Pixels">Height · width · 3 bytes in that order: red, green, blue.</param>
public sealed record ColourImage(int Height, int Width, byte[] Pixels);

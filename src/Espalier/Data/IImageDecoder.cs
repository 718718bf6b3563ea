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
}

/// <summary>An image of 8 bits a channel.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Pixels">Height · width · 3 bytes in that order: red, green, blue.</param>
public sealed record ColourImage(int Height, int Width, byte[] Pixels);

namespace Espalier.Data;

/// <summary>Turns pixels into files of images, for images that are packed; Espalier.Images has one.</summary>
public interface IImageEncoder
{
    /// <summary>Writes an image as JPEG. Called by several threads at once.</summary>
    /// <param name="image">It.</param>
    /// <param name="quality">1 to 100, as libjpeg counts it.</param>
    byte[] Encode(ColourImage image, int quality);
}

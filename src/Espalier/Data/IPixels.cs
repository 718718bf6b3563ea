namespace Espalier.Data;

/// <summary>Chooses a part of an image of a height and a width.</summary>
public delegate ImageWindow WindowChoice(int height, int width);

/// <summary>Images that are made when they are asked for.</summary>
internal interface IPixels
{
    /// <summary>How many may be made at a time.</summary>
    int Threads { get; }

    /// <summary>Makes an image. Called by several threads at once.</summary>
    /// <param name="image">Which.</param>
    /// <param name="choose">Chooses a part of what the file has, which is resized; null for the image as it is tested on.</param>
    /// <param name="target">All of its bytes, H, W, C.</param>
    /// <exception cref="InputException">It cannot be made any more.</exception>
    void Read(int image, WindowChoice? choose, Span<byte> target);
}

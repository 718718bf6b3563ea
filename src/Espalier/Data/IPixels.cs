namespace Espalier.Data;

/// <summary>Images that are made when they are asked for.</summary>
internal interface IPixels
{
    /// <summary>How many may be made at a time.</summary>
    int Threads { get; }

    /// <summary>Makes an image. Called by several threads at once.</summary>
    /// <param name="image">Which.</param>
    /// <param name="target">All of its bytes, H, W, C.</param>
    /// <exception cref="InputException">It cannot be made any more.</exception>
    void Read(int image, Span<byte> target);
}

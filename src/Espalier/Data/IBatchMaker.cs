namespace Espalier.Data;

/// <summary>
/// Where the window of an image lies: its upper left corner is (Row, Column) of the image, and may lie outside; mirrored after cutting if
/// Flip.
/// </summary>
internal readonly record struct Placement(int Image, bool Flip, int Row, int Column);

/// <summary>Makes batches of placed images.</summary>
internal interface IBatchMaker : IDisposable
{
    /// <summary>Begins a pass.</summary>
    /// <param name="placements">Those of all images that it will see, in order.</param>
    /// <param name="crop">Chooses parts of images, which are then placed; null for images as they are.</param>
    IBatchPass Begin(Placement[] placements, EpochCrop? crop);
}

/// <summary>A pass over placed images.</summary>
internal interface IBatchPass : IDisposable
{
    /// <summary>The next images [N, C, H, W] in channels-last memory and labels [N], both detached from dispose scopes.</summary>
    Batch Next(int count);
}

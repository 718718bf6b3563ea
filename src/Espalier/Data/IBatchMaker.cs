namespace Espalier.Data;

/// <summary>
/// Where the window of an image lies: its upper left corner is (Row, Column) of the image, and may lie outside; mirrored after cutting if
/// Flip.
/// </summary>
internal readonly record struct Placement(int Image, bool Flip, int Row, int Column);

/// <summary>Makes one batch of placed images.</summary>
internal interface IBatchMaker : IDisposable
{
    /// <summary>Images [N, C, H, W] in channels-last memory and labels [N], both detached from dispose scopes.</summary>
    Batch Make(ReadOnlySpan<Placement> placements);
}

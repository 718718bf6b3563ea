namespace Espalier.Data;

/// <summary>The images of a folder as it listed them.</summary>
/// <param name="Ticks">When its names had last changed; 0 where that is not known.</param>
/// <param name="Age">Ticks from when it was listed to when that was written down.</param>
/// <param name="Images">Names and bytes, in ordinal order of names.</param>
internal sealed record FolderListing(long Ticks, long Age, IReadOnlyList<(string Name, long Length)> Images);

namespace Espalier.Files;

/// <summary>
/// How much a compressed file may unfold to. A kilobyte can become a megabyte, so that what memory a file takes is bounded by its size:
/// pictures with large even areas become smaller by ten to twenty times, hardly ever by more.
/// </summary>
internal static class Unfolding
{
    private const long Room = 256L << 20,
        Times = 32,
        // No set of images that is longer fits into memory.
        Longest = 4L << 30;

    /// <summary>The most bytes that what a file holds together may have.</summary>
    /// <param name="fileLength">Of the file.</param>
    public static long Most(long fileLength) => fileLength > (Longest - Room) / Times ? Longest : Room + Times * fileLength;
}

namespace Espalier.Files;

/// <summary>Bytes of a tensor that lie in a file as they are.</summary>
internal static class StreamContent
{
    /// <summary>Those at a place, to be read while the stream is open.</summary>
    /// <param name="stream">Can seek; others may read elsewhere in it between.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="position">Of the first byte.</param>
    /// <param name="count">How many.</param>
    public static TensorContent At(Stream stream, string path, long position, int count) =>
        new(count, () => Reader(stream, path, position, count));

    private static ContentReader Reader(Stream stream, string path, long position, int count) =>
        new(
            count,
            target =>
            {
                try
                {
                    stream.Position = position;
                    stream.ReadExactly(target);
                    position += target.Length;
                }
                catch (Exception fault) when (FileFaults.IsFault(fault))
                {
                    throw FileFaults.Reading(path, fault);
                }
            }
        );
}

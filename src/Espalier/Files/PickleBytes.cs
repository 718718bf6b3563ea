namespace Espalier.Files;

/// <summary>
/// The bytes that pickles are read from: all of them, or as many of a file's first ones as were asked for, so that what follows the pickles
/// need not be in memory.
/// </summary>
internal sealed class PickleBytes
{
    private const int FirstPart = 1 << 16;

    private readonly Stream? _stream;
    private byte[] _held;

    /// <summary>All that there are.</summary>
    public PickleBytes(byte[] bytes) => (_held, Count, Length) = (bytes, bytes.Length, bytes.Length);

    /// <summary>Those of a file, from its beginning.</summary>
    /// <param name="stream">Can seek; is read when more is asked for.</param>
    public PickleBytes(Stream stream) => (_stream, _held, Length) = (stream, [], stream.Length);

    /// <summary>How many are in memory.</summary>
    public int Count { get; private set; }

    /// <summary>How many there are.</summary>
    public long Length { get; }

    /// <summary>Some that are in memory.</summary>
    public ReadOnlySpan<byte> this[Range range] => _held.AsSpan(0, Count)[range];

    /// <summary>Holds the first ones.</summary>
    /// <param name="count">At least so many.</param>
    /// <returns>Whether there are so many, and an array can hold them.</returns>
    public bool Hold(long count)
    {
        if (count <= Count)
            return true;
        if (count > Math.Min(Length, Array.MaxLength))
            return false;
        byte[] more = new byte[Math.Min(Math.Min(Length, Array.MaxLength), Math.Max(count, Math.Max(FirstPart, 2L * Count)))];
        _held.AsSpan(0, Count).CopyTo(more);
        _stream!.Position = Count;
        _stream.ReadExactly(more.AsSpan(Count));
        (_held, Count) = (more, more.Length);
        return true;
    }
}

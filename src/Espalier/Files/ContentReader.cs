namespace Espalier.Files;

/// <summary>Fills all of its target with the bytes that come next.</summary>
internal delegate void Fill(Span<byte> target);

/// <summary>Reads the bytes of a tensor once, in pieces that stay in the processor's cache while they are checked.</summary>
/// <param name="length">How many there are.</param>
/// <param name="fill">Where they come from.</param>
internal sealed class ContentReader(long length, Fill fill)
{
    private const int Piece = 256 << 10;
    private long _left = length;
    private uint _found;

    /// <summary>What their checksum must be; null for none.</summary>
    public uint? Crc { get; init; }

    /// <summary>What to say where it is another one.</summary>
    public Func<Exception>? Mismatch { get; init; }

    /// <summary>Reads what comes next. With the last byte the checksum is looked at.</summary>
    /// <exception cref="InputException">The bytes cannot be read, or are damaged.</exception>
    public void Read(Span<byte> target)
    {
        while (target.Length > 0)
        {
            Span<byte> piece = target[..Math.Min(Piece, target.Length)];
            fill(piece);
            if (Crc is not null)
                _found = Crc32.Append(_found, piece);
            _left -= piece.Length;
            target = target[piece.Length..];
        }
        if (_left == 0 && Crc is { } expected && _found != expected)
            throw Mismatch!();
    }
}

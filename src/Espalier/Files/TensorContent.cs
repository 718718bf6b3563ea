namespace Espalier.Files;

/// <summary>
/// The bytes of a tensor: in memory, or still in a file that is open, so that whoever wants them elsewhere reads them there.
/// </summary>
internal sealed class TensorContent
{
    private readonly Func<ContentReader> _open;
    private ReadOnlyMemory<byte>? _loaded;

    /// <summary>Bytes that are there.</summary>
    public TensorContent(ReadOnlyMemory<byte> bytes) =>
        (_loaded, Length, _open) = (bytes, bytes.Length, () => throw new InvalidOperationException());

    /// <summary>Bytes in a file.</summary>
    /// <param name="length">How many.</param>
    /// <param name="open">Begins at the first of them.</param>
    public TensorContent(int length, Func<ContentReader> open) => (Length, _open) = (length, open);

    /// <summary>Number of bytes.</summary>
    public int Length { get; }

    /// <summary>All of them in memory: read at the first call, and kept.</summary>
    /// <exception cref="InputException">They cannot be read, or are damaged.</exception>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            if (_loaded is { } bytes)
                return bytes;
            byte[] loaded = GC.AllocateUninitializedArray<byte>(Length);
            _open().Read(loaded);
            _loaded = loaded;
            return loaded;
        }
    }

    /// <summary>Reads them once, from the first to the last; nothing is kept.</summary>
    public ContentReader Open()
    {
        if (_loaded is not { } bytes)
            return _open();
        int at = 0;
        return new ContentReader(
            Length,
            target =>
            {
                bytes.Span.Slice(at, target.Length).CopyTo(target);
                at += target.Length;
            }
        );
    }
}

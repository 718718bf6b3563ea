namespace Espalier.Onnx.Values;

/// <summary>An axis of what a network's node gives out.</summary>
internal enum Dim
{
    /// <summary>Images of a batch.</summary>
    Batch,

    /// <summary>Channels, or features.</summary>
    Channels,

    /// <summary>Rows; of tokens, these.</summary>
    Rows,

    /// <summary>Columns.</summary>
    Columns,
}

/// <summary>
/// A factor of an axis: of a number in mixed radix, one digit. An axis of 12 channels is the one atom (1, 12); as 3 heads of 4 units it is
/// (4, 3) and (1, 4).
/// </summary>
/// <param name="Of">The axis.</param>
/// <param name="Stride">What one step of it is worth.</param>
/// <param name="Size">How many steps it has, at least 2.</param>
internal readonly record struct Atom(Dim Of, long Stride, long Size);

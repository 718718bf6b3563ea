using System.Buffers;

namespace Espalier.Data;

/// <summary>Bytes from the shared pool of arrays, until they are disposed of.</summary>
/// <param name="length">How many.</param>
internal sealed class RentedBytes(int length) : IDisposable
{
    /// <summary>At least so many.</summary>
    public byte[] Array { get; } = ArrayPool<byte>.Shared.Rent(length);

    /// <summary>They.</summary>
    public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(Array);
}

using Espalier.Files;

namespace Espalier.Tests.Files;

/// <summary>Tensors of types that other programs write, and this library only reads.</summary>
internal static class Stored
{
    public static StoredTensor Bytes(string name, IReadOnlyList<long> shape, byte[] values) =>
        StoredTensor.Create(name, TensorType.UInt8, shape, values);

    public static StoredTensor Longs(string name, IReadOnlyList<long> shape, ReadOnlySpan<long> values) =>
        StoredTensor.Create(name, TensorType.Int64, shape, LittleEndian.Bytes(values));
}

namespace Espalier.Onnx.Format;

/// <summary>Types of elements as the format numbers them (TensorProto.DataType).</summary>
internal static class ElementTypes
{
    public const int Float = 1,
        UInt8 = 2,
        Int8 = 3,
        UInt16 = 4,
        Int16 = 5,
        Int32 = 6,
        Int64 = 7,
        Bool = 9,
        Float16 = 10,
        Double = 11,
        UInt32 = 12,
        UInt64 = 13,
        BFloat16 = 16;

    /// <summary>Bytes of one; 0 of types that are not known here.</summary>
    public static int Size(int type) =>
        type switch
        {
            UInt8 or Int8 or Bool => 1,
            UInt16 or Int16 or Float16 or BFloat16 => 2,
            Float or Int32 or UInt32 => 4,
            Int64 or Double or UInt64 => 8,
            _ => 0,
        };

    /// <summary>Whether it is a type of floating-point numbers.</summary>
    public static bool IsFloating(int type) => type is Float or Float16 or Double or BFloat16;
}

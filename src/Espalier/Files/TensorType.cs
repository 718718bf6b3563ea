namespace Espalier.Files;

/// <summary>Number formats of stored tensors.</summary>
public enum TensorType
{
    /// <summary>32-bit float.</summary>
    Float32,
    /// <summary>64-bit float.</summary>
    Float64,
    /// <summary>16-bit float.</summary>
    Float16,
    /// <summary>16-bit brain float.</summary>
    BFloat16,
    /// <summary>64-bit integer.</summary>
    Int64,
    /// <summary>32-bit integer.</summary>
    Int32,
    /// <summary>16-bit integer.</summary>
    Int16,
    /// <summary>8-bit integer.</summary>
    Int8,
    /// <summary>Byte.</summary>
    UInt8,
    /// <summary>One byte, 0 or 1.</summary>
    Bool,
}

/// <summary>Names and sizes of number formats.</summary>
internal static class TensorTypes
{
    private static readonly (TensorType Type, string Name, int Size)[] All =
    [
        (TensorType.Float32, "F32", 4), (TensorType.Float64, "F64", 8), (TensorType.Float16, "F16", 2), (TensorType.BFloat16, "BF16", 2), (TensorType.Int64, "I64", 8),
        (TensorType.Int32, "I32", 4), (TensorType.Int16, "I16", 2), (TensorType.Int8, "I8", 1), (TensorType.UInt8, "U8", 1), (TensorType.Bool, "BOOL", 1),
    ];

    public static int Size(this TensorType type) => All[(int)type].Size;

    public static string SafetensorsName(this TensorType type) => All[(int)type].Name;

    public static TensorType? FromSafetensors(string name) => Array.FindIndex(All, entry => entry.Name == name) is var index and >= 0 ? All[index].Type : null;
}

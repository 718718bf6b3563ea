namespace Espalier.Files;

/// <summary>The type of a stored tensor's elements.</summary>
public enum TensorType
{
    /// <summary>IEEE binary32, 4 bytes (F32).</summary>
    Float32,

    /// <summary>IEEE binary64, 8 bytes (F64).</summary>
    Float64,

    /// <summary>IEEE binary16, 2 bytes (F16).</summary>
    Float16,

    /// <summary>The upper half of a binary32, 2 bytes (BF16).</summary>
    BFloat16,

    /// <summary>Signed, 8 bytes (I64).</summary>
    Int64,

    /// <summary>Signed, 4 bytes (I32).</summary>
    Int32,

    /// <summary>Signed, 2 bytes (I16).</summary>
    Int16,

    /// <summary>Signed, 1 byte (I8).</summary>
    Int8,

    /// <summary>Unsigned, 1 byte (U8).</summary>
    UInt8,

    /// <summary>0 or 1 in 1 byte (BOOL).</summary>
    Bool,
}

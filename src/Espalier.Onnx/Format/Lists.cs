using System.Buffers.Binary;

namespace Espalier.Onnx.Format;

/// <summary>Lists of numbers, packed or one by one.</summary>
internal static class Lists
{
    /// <summary>Adds whole numbers.</summary>
    public static void Wholes(WireReader reader, List<long> list, ModelFile file)
    {
        if (reader.Type != WireType.Bytes)
        {
            file.Count();
            list.Add(reader.Varint());
            return;
        }
        ReadOnlySpan<byte> packed = reader.Bytes().Span;
        ulong value = 0;
        int shift = 0;
        foreach (byte next in packed)
        {
            value |= shift < 64 ? (ulong)(next & 127) << shift : 0;
            shift += 7;
            if (next >= 128)
                continue;
            file.Count();
            list.Add((long)value);
            (value, shift) = (0, 0);
        }
        if (shift > 0)
            throw file.Damaged("a list ends within a number");
    }

    /// <summary>Adds numbers of 32 bits.</summary>
    public static void Numbers(WireReader reader, List<float> list, ModelFile file)
    {
        ReadOnlySpan<byte> packed = (reader.Type == WireType.Bytes ? reader.Bytes() : reader.Fixed()).Span;
        if (packed.Length % 4 != 0)
            throw file.Damaged("a list ends within a number");
        for (int at = 0; at < packed.Length; at += 4)
        {
            file.Count();
            list.Add(BinaryPrimitives.ReadSingleLittleEndian(packed[at..]));
        }
    }

    /// <summary>Lengths of axes (TensorShapeProto); 0 where one is named and has none.</summary>
    public static List<long> Shape(WireReader reader)
    {
        var shape = new List<long>();
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            long length = 0;
            for (WireReader axis = reader.Message(); axis.Next(); )
                if (axis.Field == 1)
                    length = axis.Varint();
                else
                    axis.Skip();
            shape.Add(length);
        }
        return shape;
    }
}

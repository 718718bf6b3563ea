using CsCheck;
using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class StoredTensorSpecs
{
    [Fact]
    public void Floats_keep_every_bit() =>
        Gen
            .UInt.Select(BitConverter.UInt32BitsToSingle)
            .Array[0, 50]
            .Sample(values =>
            {
                float[] back = StoredTensor.FromFloats("w", [values.Length], values).ToFloats();
                Assert.Equal(
                    Array.ConvertAll(values, BitConverter.SingleToUInt32Bits),
                    Array.ConvertAll(back, BitConverter.SingleToUInt32Bits)
                );
            });

    [Fact]
    public void Every_half_converts_as_the_runtime_does()
    {
        Half[] halves = Enumerable.Range(0, 65536).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).ToArray();
        byte[] bytes = halves.SelectMany(BitConverter.GetBytes).ToArray();
        float[] read = StoredTensor.Create("w", TensorType.Float16, [65536], bytes).ToFloats();
        for (int i = 0; i < halves.Length; i++)
            Assert.Equal((float)halves[i], read[i]);
    }

    [Fact]
    public void Every_bfloat16_is_the_upper_half_of_a_float()
    {
        byte[] bytes = Enumerable.Range(0, 65536).SelectMany(bits => new[] { (byte)bits, (byte)(bits >> 8) }).ToArray();
        float[] read = StoredTensor.Create("w", TensorType.BFloat16, [65536], bytes).ToFloats();
        for (int i = 0; i < read.Length; i++)
        {
            float expected = BitConverter.ToSingle([0, 0, (byte)i, (byte)(i >> 8)]);
            if (float.IsNaN(expected))
                Assert.True(float.IsNaN(read[i]));
            else
                Assert.Equal(BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(read[i]));
        }
    }

    [Fact]
    public void Doubles_are_rounded_to_floats() =>
        Gen
            .Double.Array[0, 20]
            .Sample(values =>
            {
                byte[] bytes = values.SelectMany(BitConverter.GetBytes).ToArray();
                Assert.Equal(
                    Array.ConvertAll(values, value => (float)value),
                    StoredTensor.Create("w", TensorType.Float64, [values.Length], bytes).ToFloats()
                );
            });

    [Fact]
    public void Masks_come_back_from_every_form() =>
        Gen
            .Bool.Array[0, 50]
            .Sample(values =>
            {
                long[] shape = [values.Length];
                Assert.Equal(values, StoredTensor.FromBools("m", shape, values).ToBooleans());
                Assert.Equal(values, Stored.Bytes("m", shape, Array.ConvertAll(values, value => value ? (byte)1 : (byte)0)).ToBooleans());
                Assert.Equal(values, StoredTensor.FromFloats("m", shape, Array.ConvertAll(values, value => value ? 1f : 0f)).ToBooleans());
            });

    [Fact]
    public void Whole_numbers_come_back() =>
        Gen
            .Int.Array[0, 50]
            .Sample(values =>
            {
                long[] shape = [values.Length],
                    wide = Array.ConvertAll(values, value => (long)value);
                Assert.Equal(values, StoredTensor.FromInts("p", shape, values).ToInts());
                Assert.Equal(values, Stored.Longs("p", shape, wide).ToInts());
                Assert.Equal(wide, StoredTensor.FromInts("p", shape, values).ToLongs());
                Assert.Equal(wide, Stored.Longs("p", shape, wide).ToLongs());
            });

    [Fact]
    public void Bytes_are_little_endian()
    {
        Assert.Equal([0, 0, 0x80, 0x3f], StoredTensor.FromFloats("w", [], [1f]).Bytes.ToArray());
        Assert.Equal([2, 1, 0, 0], StoredTensor.FromInts("p", [1], [0x102]).Bytes.ToArray());
        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0x80], Stored.Longs("p", [1], [long.MinValue + 0x102]).Bytes.ToArray());
    }

    [Theory]
    [InlineData((byte)2)]
    [InlineData((byte)255)]
    public void A_mask_with_another_byte_is_refused(byte value)
    {
        Refusal.Of(() => Stored.Bytes("layer.mask", [3], [0, 1, value]).ToBooleans(), "layer.mask", $"holds {value} at position 2");
        Refusal.Of(
            () => StoredTensor.Create("layer.mask", TensorType.Bool, [1], new[] { value }).ToBooleans(),
            "layer.mask",
            "only 0 and 1"
        );
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    [InlineData(-1f)]
    public void A_mask_with_another_float_is_refused(float value) =>
        Refusal.Of(() => StoredTensor.FromFloats("m", [2], [1, value]).ToBooleans(), "'m'", "only 0 and 1");

    [Theory]
    [InlineData(int.MaxValue + 1L)]
    [InlineData(int.MinValue - 1L)]
    public void A_long_that_does_not_fit_is_refused(long value) =>
        Refusal.Of(() => Stored.Longs("p", [2], [0, value]).ToInts(), "'p'", "does not fit in 32 bits");

    [Fact]
    public void Another_type_is_refused_with_name_found_and_expected()
    {
        foreach (TensorType type in Enum.GetValues<TensorType>())
        {
            StoredTensor tensor = StoredTensor.Create("fc.weight", type, [1, 1], new byte[type.Size()]);
            bool isFloat = type is TensorType.Float32 or TensorType.Float64 or TensorType.Float16 or TensorType.BFloat16;
            bool isWhole = type is TensorType.Int32 or TensorType.Int64;
            Check(isFloat, () => tensor.ToFloats(), "floating-point");
            Check(true, () => tensor.ToBooleans(), "");
            Check(isWhole, () => tensor.ToInts(), "whole numbers");
            Check(isWhole, () => tensor.ToLongs(), "whole numbers");
            void Check(bool allowed, Action read, string expected)
            {
                if (allowed)
                    read();
                else
                    Assert.Contains($"is {type.StoredName()} [1, 1]", Refusal.Of(read, "'fc.weight'", expected), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_an_argument_fault()
    {
        Assert.Throws<ArgumentException>(() => StoredTensor.FromFloats("w", [2, 2], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => StoredTensor.FromFloats("w", [-1], []));
        Assert.Throws<ArgumentException>(() => StoredTensor.FromFloats("w", [1L << 62, 8, 0], []));
        Assert.Throws<ArgumentException>(() => StoredTensor.FromFloats("w", Enumerable.Repeat(1L, 65).ToArray(), [1]));
        Assert.Throws<ArgumentException>(() => StoredTensor.FromFloats("half \ud83c", [], [1]));
    }

    [Fact]
    public void Nothing_that_the_caller_keeps_can_change_it()
    {
        long[] shape = [2];
        float[] values = [1, 2];
        StoredTensor tensor = StoredTensor.FromFloats("w", shape, values);
        (shape[0], values[0]) = (9, 9);
        tensor.ToFloats()[1] = 9;
        Assert.Equal([2L], tensor.Shape);
        Assert.Equal([1f, 2f], tensor.ToFloats());
        Assert.Throws<NotSupportedException>(() => ((IList<long>)tensor.Shape)[0] = 3);
    }

    [Fact]
    public void Names_and_sizes_are_those_of_safetensors()
    {
        (string, int)[] expected =
        [
            ("F32", 4),
            ("F64", 8),
            ("F16", 2),
            ("BF16", 2),
            ("I64", 8),
            ("I32", 4),
            ("I16", 2),
            ("I8", 1),
            ("U8", 1),
            ("BOOL", 1),
        ];
        Assert.Equal(expected, Enum.GetValues<TensorType>().Select(type => (type.StoredName(), type.Size())));
        foreach (TensorType type in Enum.GetValues<TensorType>())
        {
            Assert.True(TensorTypes.TryParse(type.StoredName(), out TensorType parsed));
            Assert.Equal(type, parsed);
        }
        Assert.False(TensorTypes.TryParse("f32", out _));
        Assert.False(TensorTypes.TryParse(null, out _));
    }
}

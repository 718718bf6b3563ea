using System.IO.Compression;
using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

public sealed class TorchDamageSpecs
{
    private static readonly (string, byte[]) Data = ("a/data/0", new byte[8]);

    private static TensorFile Read(byte[] bytes) => TorchCheckpoint.Read(new MemoryStream(bytes, writable: false), "the-file");

    private static void Refused(byte[] bytes, string expected) => Refusal.Of(() => Read(bytes), "'the-file'", expected);

    private static void Refused(PickleText pickle, string expected) => Refused(pickle.Checkpoint(Data), expected);

    [Fact]
    public void The_hand_made_checkpoint_is_sound() =>
        Assert.Equal([0f, 0f], Read(PickleText.OneTensor().Checkpoint(Data))["w"].ToFloats());

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch", "ComplexFloatStorage")]
    [InlineData("torch._utils", "_rebuild_qtensor")]
    [InlineData("numpy.core.multiarray", "scalar")]
    [InlineData("collections", "OrderedDict.x")]
    public void Another_global_is_refused_by_name(string module, string name)
    {
        Refused(new PickleText().Global(module, name).Text("echo").Raw(0x85).Code("R."), $"'{module}.{name}'");
        Refused(new PickleText().Text(module).Text(name).Raw(0x93).Code("."), $"'{module}.{name}'");
    }

    // Pickle codes after the protocol header, in the notation of Python's pickletools, and what the refusal must contain.
    [Theory]
    [InlineData("", "ends in the middle")]
    [InlineData("}", "ends in the middle")]
    [InlineData("X\u0010\0\0\0ab", "ends in the middle")]
    [InlineData("ctorch", "ends in the middle")]
    [InlineData("I12", "ends in the middle")]
    [InlineData(".", "not there")]
    [InlineData("0.", "not there")]
    [InlineData("}}.", "leaves values behind")]
    [InlineData("(}.", "leaves values behind")]
    [InlineData("}(0.", "not there")]
    [InlineData("t.", "not begun")]
    [InlineData("}(Nu.", "without a value")]
    [InlineData("]NNs.", "wrong kind")]
    [InlineData("}Na.", "wrong kind")]
    [InlineData("NNR.", "wrong kind")]
    [InlineData("h\u0001.", "did not keep")]
    [InlineData("NQ.", "no storage")]
    [InlineData("}o.", "instruction 0x6f")]
    [InlineData("}i", "instruction 0x69")]
    [InlineData("N.", "no dictionary")]
    [InlineData("K\u0001.", "no dictionary")]
    [InlineData("].", "no dictionary")]
    [InlineData("}.", "no tensors")]
    [InlineData("}K\u0001K\u0002s.", "no tensors")]
    [InlineData("ctorch\nFloatStorage\n)R.", "do not fit")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "do not fit")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n(NtR.", "do not fit")]
    [InlineData("ccollections\nOrderedDict\n(K\u0001tR.", "do not fit")]
    public void A_pickle_that_makes_no_sense_is_refused(string codes, string expected) => Refused(new PickleText().Code(codes), expected);

    [Fact]
    public void A_tensor_that_does_not_fit_its_storage_is_refused()
    {
        Refused(PickleText.OneTensor(shape: [3]), "reaches element 2");
        Refused(PickleText.OneTensor(offset: 1), "reaches element 2");
        Refused(PickleText.OneTensor(offset: -1), "reaches element");
        Refused(PickleText.OneTensor(offset: long.MaxValue), "reaches element");
        Refused(PickleText.OneTensor(strides: [2]), "reaches element 2");
        Refused(PickleText.OneTensor(strides: [long.MaxValue]), "reaches element");
        Refused(PickleText.OneTensor(strides: [-1]), "whole numbers from 0");
        Refused(PickleText.OneTensor(shape: [-2]), "whole numbers from 0");
        Refused(PickleText.OneTensor(strides: [1, 1]), "1 axes but 2 strides");
        Refused(PickleText.OneTensor(shape: [1L << 40, 1L << 40], strides: [0, 0]), "impossible shape");
        Refused(PickleText.OneTensor(shape: Enumerable.Repeat(1L, 65).ToArray()), "65 axes");
        Refused(PickleText.OneTensor(count: 3), "needs 3 elements of F32");
        Refused(PickleText.OneTensor(count: long.MaxValue), "has 8 bytes");
        Refused(PickleText.OneTensor(count: -1), "no storage");
        Refused(PickleText.OneTensor(kind: "DoubleStorage"), "needs 2 elements of F64");
    }

    [Fact]
    public void An_expanded_tensor_out_of_proportion_is_refused()
    {
        Refused(PickleText.OneTensor(shape: [1L << 40], strides: [0]), "out of proportion");
        Refused(PickleText.OneTensor(shape: [1L << 61], strides: [0]), "impossible shape");
        Assert.Equal(1000, Read(PickleText.OneTensor(shape: [1000], strides: [0]).Checkpoint(Data))["w"].Count);
    }

    [Fact]
    public void A_dictionary_that_holds_itself_is_refused() =>
        Refused(new PickleText().Code("}q\u0001").Text("a").Code("h\u0001s").Text("b").Code("h\u0001s."), "nested too deep");

    [Fact]
    public void Dictionaries_that_unfold_without_end_are_refused()
    {
        // Each of 40 levels holds the one before twice: 2^40 values in a few hundred bytes.
        PickleText pickle = new PickleText().Code("}q\0").Raw((byte)'0');
        for (byte level = 1; level <= 40; level++)
        {
            pickle.Code("}q").Raw(level);
            foreach (string name in new[] { "a", "b" })
                pickle.Text(name).Code("h").Raw((byte)(level - 1)).Code("s");
            pickle.Code("0");
        }
        Refused(pickle.Code("h").Raw(40).Code("."), "nested too deep");
    }

    [Fact]
    public void Names_that_collide_or_are_no_names_are_refused()
    {
        PickleText twice = new PickleText().Code("}");
        for (int i = 0; i < 2; i++)
            twice.Text("w").Tensor("FloatStorage", "0", 2, 0, [2], [1]).Code("s");
        Refused(twice.Code("."), "occurs twice");
        Refused(new PickleText().Code("}N").Tensor("FloatStorage", "0", 2, 0, [2], [1]).Code("s."), "neither text nor a whole number");
        Refused(PickleText.OneTensor(name: new string('n', 5000)), "too long");
        Refused(new PickleText().Code("}X\u0001\0\0\0").Raw(0xff).Code("Ns."), "not UTF-8");
    }

    [Fact]
    public void Nested_names_are_joined()
    {
        PickleText pickle = new PickleText()
            .Code("}")
            .Text("part")
            .Code("}")
            .Text("a")
            .Tensor("FloatStorage", "0", 2, 0, [2], [1])
            .Code("s")
            .Number(7)
            .Code("(")
            .Tensor("FloatStorage", "0", 2, 1, [1], [1])
            .Code("Nts")
            .Text("epoch")
            .Number(3)
            .Code("ss.");
        Assert.Equal(["part.a", "part.7.0"], Read(pickle.Checkpoint(Data)).InOrder.Select(tensor => tensor.Name));
    }

    [Fact]
    public void An_archive_that_lacks_or_hides_something_is_refused()
    {
        byte[] pickle = PickleText.OneTensor().Body();
        byte[] whole = [0x80, 2, .. pickle];
        Refused(PickleText.OneTensor().Checkpoint(), "no entry 'data/0'");
        Refused(PickleText.Zip([Data]), "no entry 'data.pkl'");
        Refused(PickleText.Zip([("data.pkl", whole), Data]), "no entry 'data.pkl'");
        Refused(PickleText.OneTensor().Checkpoint(Data, Data), "occurs twice");
        Refused(PickleText.OneTensor().Checkpoint(Data, ("a/byteorder", "big"u8.ToArray())), "byte order 'big'");
        Refused(PickleText.Zip([("a/data.pkl", whole), ("a/data/0", new byte[8])], CompressionLevel.Optimal), "compressed");
        Assert.Single(Read(PickleText.OneTensor().Checkpoint(Data, ("a/byteorder", "little"u8.ToArray()))).InOrder);
    }

    [Fact]
    public void A_changed_number_is_found_by_the_checksum()
    {
        byte[] bytes = PickleText.OneTensor().Checkpoint(("a/data/0", "ABCDEFGH"u8.ToArray()));
        bytes[bytes.AsSpan().IndexOf("ABCDEFGH"u8)] ^= 1;
        Refused(bytes, "checksum of its entry 'data/0'");
    }

    [Fact]
    public void Other_files_are_refused()
    {
        Refused([], "does not begin like a zip file");
        Refused("PK"u8.ToArray(), "does not begin like a zip file");
        Refused([.. "PK\u0003\u0004"u8, .. new byte[100]], "not a whole zip file");
        Refused([0x80, 2, 0x8a, 10], "magic number");
        Refused(SafetensorsSpecs.Write([]), "does not begin like a zip file");
    }

    [Fact]
    public void Every_cut_of_a_real_checkpoint_is_refused()
    {
        byte[] bytes = Asset.Bytes("pruned.pt");
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InputException>(() => Read(bytes[..length]));
    }
}

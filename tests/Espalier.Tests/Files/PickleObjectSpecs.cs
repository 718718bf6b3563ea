using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Python objects in hand-made checkpoints: forgotten where nothing needs them, refused by name where something does.</summary>
public sealed class PickleObjectSpecs
{
    private static readonly (string, byte[]) Data = ("a/data/0", new byte[8]);

    private static TensorFile Read(PickleText pickle) =>
        TorchCheckpoint.Read(new MemoryStream(pickle.Checkpoint(Data), writable: false), "the-file");

    private static PickleText Weight(PickleText pickle, string name = "w") => pickle.Text(name).Tensor("FloatStorage", "0", 2, 0, [2], [1]);

    // A value in pickle codes: what it is and how it is put together does not matter, only that nothing of it is needed.
    [Theory]
    [InlineData("cos\nsystem\nX\u0004\0\0\0echo\u0085R")]
    [InlineData("cargparse\nNamespace\n)\u0081}X\u0001\0\0\0aK\u0001sb")]
    [InlineData("ccopyreg\n__newobj_ex__\n)}\u0092")]
    [InlineData("c__builtin__\nset\n](K\u0001K\u0002e\u0085R")]
    [InlineData("\u008f(K\u0001K\u0002\u0090")]
    [InlineData("(K\u0001K\u0002\u0091")]
    [InlineData("ccollections\ndefaultdict\nc__builtin__\nlist\n\u0085R(X\u0001\0\0\0aK\u0001u")]
    [InlineData("ccollections\ndeque\n)R(K\u0001K\u0002e")]
    [InlineData("c__builtin__\ngetattr\nX\u0001\0\0\0a\u0085R)R")]
    [InlineData("c__builtin__\nlist\n")]
    public void What_is_beside_the_weights_is_skipped(string codes)
    {
        PickleText pickle = Weight(new PickleText().Code("}").Text("beside").Raw([.. codes.Select(code => (byte)code)]).Code("s"))
            .Code("s.");
        Assert.Equal(["w"], Read(pickle).InOrder.Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_weight_that_is_a_Python_object_is_refused_by_its_kind()
    {
        PickleText pickle = Weight(new PickleText().Code("}").Text("q").Global("torch._utils", "_rebuild_qtensor").Code(")Rs")).Code("s.");
        TensorFile file = Read(pickle);
        Refusal.Of(() => _ = file["q"], "'the-file'", "'torch._utils._rebuild_qtensor'");
        TensorFile complex = Read(
            Weight(new PickleText().Code("}").Text("c").Tensor("ComplexFloatStorage", "1", 2, 0, [2], [1]).Code("s")).Code("s.")
        );
        Refusal.Of(() => _ = complex["c"], "'the-file'", "'torch.ComplexFloatStorage'");
    }

    [Fact]
    public void Tensors_of_other_kinds_alone_are_refused_by_their_kind()
    {
        PickleText complex = new PickleText().Code("}").Text("c").Tensor("ComplexFloatStorage", "0", 1, 0, [1], [1]).Code("s.");
        Refusal.Of(() => Read(complex), "'the-file'", "no plain tensors, expected a state dict: 'c' is of 'torch.ComplexFloatStorage'");
    }

    [Fact]
    public void A_network_that_is_an_object_is_refused_by_its_class()
    {
        Refusal.Of(
            () => Read(new PickleText().Global("models", "Net").Code(")").Raw(0x81).Code(".")),
            "'the-file'",
            "'models.Net' as a whole"
        );
        Refusal.Of(
            () => Read(new PickleText().Code("}").Text("model").Global("models", "Net").Code(")").Raw(0x81).Code("s.")),
            "'the-file'",
            "under 'model' the Python object 'models.Net'"
        );
    }

    [Fact]
    public void Parameters_with_attributes_are_read()
    {
        PickleText state = new PickleText()
            .Code("}")
            .Text("w")
            .Global("torch._utils", "_rebuild_parameter_with_state")
            .Code("(")
            .Tensor("FloatStorage", "0", 2, 0, [2], [1])
            .Raw(0x88)
            .Code("}}tRs.");
        Assert.Equal([0f, 0f], Read(state)["w"].ToFloats());
        PickleText typed = new PickleText()
            .Code("}")
            .Text("w")
            .Global("torch._tensor", "_rebuild_from_type_v2")
            .Code("(")
            .Global("torch._utils", "_rebuild_tensor_v2")
            .Global("torch", "Tensor")
            .Code("(")
            .Storage("FloatStorage", "0", 2)
            .Number(0)
            .Numbers(2)
            .Numbers(1)
            .Code("t}tRs.");
        Assert.Equal([0f, 0f], Read(typed)["w"].ToFloats());
    }

    [Fact]
    public void A_state_dict_is_found_beside_stray_tensors_and_within_wrappers()
    {
        PickleText pickle = Weight(new PickleText().Code("}").Text("model").Code("}").Text("state_dict").Code("}")).Code("sss.");
        Assert.Equal("model.state_dict", Read(pickle).Metadata[TorchCheckpoint.WrapperKey]);
        PickleText stray = Weight(Weight(new PickleText().Code("}"), "best_accuracy").Code("s").Text("net").Code("}")).Code("ss.");
        Assert.Equal(["w"], Read(stray).InOrder.Select(tensor => tensor.Name));
        Assert.False(Read(stray).Metadata.ContainsKey("torch.beside"));
        PickleText averaged = Weight(Weight(new PickleText().Code("}").Text("net").Code("}")).Code("ss").Text("ema").Code("}"));
        Assert.Equal(["w"], Read(averaged.Code("ss.")).InOrder.Select(tensor => tensor.Name));
        Assert.Equal("'ema'", Read(averaged).Metadata["torch.beside"]);
        PickleText two = Weight(Weight(new PickleText().Code("}").Text("net").Code("}")).Code("ss").Text("model").Code("}")).Code("ss.");
        Assert.Equal(["model.w", "net.w"], Read(two).InOrder.Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_class_named_in_many_letters_is_refused() =>
        Refusal.Of(() => Read(new PickleText().Text(new string('m', 400)).Code("q\0h\0").Raw(0x93).Code(".")), "'the-file'", "800 letters");
}

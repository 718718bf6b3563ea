using Espalier.Files;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Files that PyTorch itself wrote; what they must hold follows from Assets/make_checkpoints.py.</summary>
public sealed class TorchCheckpointSpecs
{
    private static readonly TensorFile Kinds = TorchCheckpoint.Read(Asset.Path("kinds.pt"));

    private static float[] Ramp(int count, float start = 0) => Enumerable.Range(0, count).Select(i => i + start).ToArray();

    [Fact]
    public void Every_floating_type_is_read()
    {
        Assert.Equal([0f, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f], Kinds["f32"].ToFloats());
        Assert.Equal([2L, 3L], Kinds["f32"].Shape);
        Assert.Equal([0f, (float)(1 / 3.0), (float)(2 / 3.0)], Kinds["f64"].ToFloats());
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f, 1f], Kinds["f16"].ToFloats());
        Assert.Equal([0f, 3f, 6f, 9f, 12f], Kinds["bf16"].ToFloats());
        Assert.Equal(
            [TensorType.Float32, TensorType.Float64, TensorType.Float16, TensorType.BFloat16],
            new[] { "f32", "f64", "f16", "bf16" }.Select(name => Kinds[name].Type)
        );
    }

    [Fact]
    public void Every_whole_type_is_read()
    {
        Assert.Equal([1L << 40, (1L << 40) + 1, (1L << 40) + 2], Kinds["i64"].ToLongs());
        Assert.Equal([-1, 0, 1], Kinds["i32"].ToInts());
        Assert.Equal([255, 255, 0, 0, 1, 0], Kinds["i16"].Bytes.ToArray());
        Assert.Equal(TensorType.Int16, Kinds["i16"].Type);
        Assert.Equal([255, 0, 1], Kinds["i8"].Bytes.ToArray());
        Assert.Equal(TensorType.Int8, Kinds["i8"].Type);
        Assert.Equal([253, 254, 255], Kinds["u8"].Bytes.ToArray());
        Assert.Equal([true, false, true], Kinds["flag"].ToBooleans());
    }

    [Fact]
    public void Views_become_row_major()
    {
        Assert.Equal([6L, 4L], Kinds["transposed"].Shape);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)(i % 4 * 6 + i / 4)), Kinds["transposed"].ToFloats());
        Assert.Equal([8f, 9, 10, 14, 15, 16], Kinds["window"].ToFloats());
        Assert.Equal(Ramp(12).Select(i => 2 * i), Kinds["every_second"].ToFloats());
        Assert.Equal([0f, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], Kinds["expanded"].ToFloats());
        Assert.Equal(Ramp(24), Kinds["tied"].ToFloats());
        Assert.Equal(Ramp(24), Kinds["channels_last"].ToFloats());
        Assert.Equal([2L, 3L, 2L, 2L], Kinds["channels_last"].Shape);
    }

    [Fact]
    public void Scalars_empty_tensors_and_parameters_are_read_in_order()
    {
        Assert.Empty(Kinds["scalar"].Shape);
        Assert.Equal([7.5f], Kinds["scalar"].ToFloats());
        Assert.Equal([0L, 3L], Kinds["empty"].Shape);
        Assert.Empty(Kinds["empty"].ToFloats());
        Assert.Equal([0f, 1f], Kinds["gewicht ß 重み 🌱"].ToFloats());
        Assert.Equal(
            [
                "f32",
                "f64",
                "f16",
                "bf16",
                "i64",
                "i32",
                "i16",
                "i8",
                "u8",
                "flag",
                "transposed",
                "window",
                "every_second",
                "expanded",
                "tied",
                "channels_last",
                "scalar",
                "empty",
                "gewicht ß 重み 🌱",
            ],
            Kinds.InOrder.Select(tensor => tensor.Name)
        );
        Assert.Empty(Kinds.Metadata);
    }

    [Fact]
    public void A_training_checkpoint_gives_the_network_alone()
    {
        TensorFile file = TorchCheckpoint.Read(Asset.Path("training.pth"));
        string[] names =
        [
            "0.weight",
            "0.bias",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "1.num_batches_tracked",
            "3.weight",
            "3.bias",
        ];
        Assert.Equal(names.Select(name => $"module.{name}"), file.InOrder.Select(tensor => tensor.Name));
        Assert.Equal("state_dict", file.Metadata[TorchCheckpoint.WrapperKey]);
        Assert.Equal([2L, 1L, 3L, 3L], file["module.0.weight"].Shape);
        Assert.Equal(Ramp(18), file["module.0.weight"].ToFloats());
        Assert.Equal(Ramp(2, 300), file["module.1.bias"].ToFloats());
        Assert.Equal(Ramp(16, 400), file["module.3.weight"].ToFloats());
        Assert.Equal([1L], file["module.1.num_batches_tracked"].ToLongs());
        Assert.Empty(file["module.1.num_batches_tracked"].Shape);
    }

    [Theory]
    [InlineData("objects.ckpt")]
    [InlineData("objects4.th")]
    public void Python_objects_beside_the_weights_are_skipped_without_being_run(string name)
    {
        TensorFile file = TensorFile.Read(Asset.Path(name));
        Assert.Equal("state_dict", file.Metadata[TorchCheckpoint.WrapperKey]);
        Assert.Equal(
            ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"],
            file.InOrder.Select(tensor => tensor.Name["model._orig_mod.module.".Length..])
        );
        Assert.Equal(Ramp(12, 200), file["model._orig_mod.module.fc2.weight"].ToFloats());
    }

    [Fact]
    public void A_pruned_layer_keeps_its_names()
    {
        TensorFile file = TorchCheckpoint.Read(Asset.Path("pruned.pt"));
        Assert.Equal(["bias", "weight_mask", "weight_orig"], file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([true, false, true, false, true, false], file["weight_mask"].ToBooleans());
        Assert.Equal(Ramp(6), file["weight_orig"].ToFloats());
    }

    [Fact]
    public void A_checkpoint_can_be_written_as_safetensors()
    {
        TensorFile back = SafetensorsSpecs.Read(SafetensorsSpecs.Write([.. Kinds.InOrder]));
        foreach (StoredTensor tensor in Kinds.InOrder)
        {
            Assert.Equal(tensor.ToString(), back[tensor.Name].ToString());
            Assert.True(tensor.Bytes.Span.SequenceEqual(back[tensor.Name].Bytes.Span));
        }
    }

    [Theory]
    [InlineData("module.pt", "'torch.nn.modules.linear.Linear'")]
    [InlineData("single.pt", "a single tensor")]
    [InlineData("make_checkpoints.py", "does not begin like a zip file")]
    public void What_is_no_state_dict_is_refused(string name, string expected) =>
        Refusal.Of(() => TorchCheckpoint.Read(Asset.Path(name)), Asset.Path(name), expected);
}

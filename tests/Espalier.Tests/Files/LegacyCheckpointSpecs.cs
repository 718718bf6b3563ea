using System.Runtime.InteropServices;
using Espalier.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Checkpoints in the format from before PyTorch 1.6, as PyTorch itself wrote them, and damaged.</summary>
public sealed class LegacyCheckpointSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("kinds.pt")]
    [InlineData("training.pth")]
    public void The_old_format_holds_what_the_new_one_does(string name)
    {
        TensorFile old = TensorFile.Read(Asset.Path($"legacy-{name}")),
            young = TensorFile.Read(Asset.Path(name));
        Assert.Equal(young.InOrder.Select(tensor => tensor.ToString()), old.InOrder.Select(tensor => tensor.ToString()));
        Assert.All(young.InOrder, tensor => Assert.True(tensor.Bytes.Span.SequenceEqual(old[tensor.Name].Bytes.Span)));
        Assert.Equal(young.Metadata, old.Metadata);
    }

    /// <summary>Written at the moment, with objects of many kinds beside the weights and a tensor of complex numbers.</summary>
    [Fact]
    public void What_this_machines_PyTorch_writes_in_the_old_format_is_read()
    {
        PyTorch.Run(
            """
            import argparse
            weights = {"a.weight": torch.arange(6.).reshape(2, 3).t(), "a.bias": torch.ones(2, dtype=torch.bfloat16)}
            value = {"args": argparse.Namespace(lr=1), "spectrum": torch.zeros(3, dtype=torch.complex64), "state_dict": weights}
            torch.save(value, sys.argv[1], _use_new_zipfile_serialization=False)
            """,
            _folder["old.pth"]
        );
        TensorFile file = TensorFile.Read(_folder["old.pth"]);
        Assert.Equal([0f, 3, 1, 4, 2, 5], file["a.weight"].ToFloats());
        Assert.Equal([1f, 1], file["a.bias"].ToFloats());
        Assert.Equal("state_dict", file.Metadata[TorchCheckpoint.WrapperKey]);
    }

    /// <summary>Pickles of more than the part of a file that is read first, then 16 MB.</summary>
    [Fact]
    public void Storages_stay_in_the_file_until_they_are_asked_for()
    {
        PyTorch.Run(
            """
            value = {f"{'long' * 20}.{i}": torch.full((2,), float(i)) for i in range(2000)}
            value["large"] = torch.arange(float(4 << 20))
            torch.save(value, sys.argv[1], _use_new_zipfile_serialization=False)
            """,
            _folder["old.pth"]
        );
        long before = GC.GetAllocatedBytesForCurrentThread();
        using OpenTensorFile open = OpenTensorFile.Of(_folder["old.pth"]);
        StoredTensor large = open.Content["large"];
        float[] read = new float[1 << 16];
        ContentReader reader = large.Content.Open();
        reader.Read(MemoryMarshal.AsBytes(read.AsSpan()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Equal(Enumerable.Range(0, read.Length).Select(i => (float)i), read);
        Assert.Equal([1999f, 1999], open.Content.InOrder[1999].ToFloats()); // read in between
        reader.Read(MemoryMarshal.AsBytes(read.AsSpan()));
        Assert.Equal(Enumerable.Range(1 << 16, read.Length).Select(i => (float)i), read);
    }

    [Fact]
    public void A_whole_module_is_refused_by_its_class_and_nothing_of_its_source_is_run()
    {
        PyTorch.Run("torch.save(torch.nn.Linear(1, 1), sys.argv[1], _use_new_zipfile_serialization=False)", _folder["module.pt"]);
        Refusal.Of(() => TensorFile.Read(_folder["module.pt"]), _folder["module.pt"], "'torch.nn.modules.linear.Linear'");
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        byte[] whole = Asset.Bytes("legacy-training.pth");
        for (int length = 15; length < whole.Length; length += 7)
            Refused(whole[..length]);
        Refused([.. whole, 0]);
    }

    [Fact]
    public void A_storage_longer_than_the_file_is_refused_before_anything_is_set_aside()
    {
        byte[] bytes = Asset.Bytes("legacy.pt");
        // The count of the only storage, of two floats, is the last but eight bytes.
        bytes[^10] = 0x7f;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static void Refused(byte[] bytes) =>
        Assert.Contains(
            "'the-file'",
            Assert.Throws<InputException>(() => TorchCheckpoint.Read(new MemoryStream(bytes), "the-file")).Message
        );
}

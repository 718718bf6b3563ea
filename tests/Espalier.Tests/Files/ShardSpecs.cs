using Espalier.Files;
using Espalier.Tests.Support;
using Xunit;

namespace Espalier.Tests.Files;

/// <summary>Tensors in several files beside an index.</summary>
public sealed class ShardSpecs : IDisposable
{
    private const string Index = "model.safetensors.index.json",
        First = "model-00001-of-00002.safetensors",
        Second = "model-00002-of-00002.safetensors";
    private static readonly StoredTensor A = StoredTensor.FromFloats("a", [2], [1, 2]),
        B = StoredTensor.FromFloats("b", [1, 1], [3]),
        C = StoredTensor.FromBools("c", [], [true]);
    private readonly TempFolder _folder = new();

    public ShardSpecs()
    {
        Safetensors.Write(_folder[First], [A, C]);
        Safetensors.Write(_folder[Second], [B]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_index_gives_all_tensors_in_its_order()
    {
        TensorFile file = Read(Map(("a", First), ("b", Second), ("c", First)));
        Assert.Equal(new[] { A, B, C }.Select(tensor => tensor.ToString()), file.InOrder.Select(tensor => tensor.ToString()));
        Assert.Equal([1f, 2f], file["a"].ToFloats());
        Assert.Equal([3f], file["b"].ToFloats());
    }

    [Fact]
    public void Shards_may_be_checkpoints()
    {
        TorchCheckpointWriter.Write(_folder["pytorch_model-1.bin"], [B]);
        Assert.Equal([3f], Read(Map(("a", First), ("b", "pytorch_model-1.bin"), ("c", First)))["b"].ToFloats());
    }

    public static TheoryData<string, string> Faults =>
        new()
        {
            { Map(("a", First), ("b", Second)), "'c', which it does not place there" },
            { Map(("a", First), ("b", First), ("c", First)), "places 'b' in" },
            { Map(("a", First), ("b", "../b.safetensors"), ("c", First)), "no file beside it" },
            { Map(("a", First), ("b", "/etc/passwd"), ("c", First)), "no file beside it" },
            { Map(("a", First), ("b", ""), ("c", First)), "no file beside it" },
            { Map(("a", First), ("b", ".."), ("c", First)), "no file beside it" },
            { Map(), "places no tensor" },
            { """{ "weight_map": { "a": 1 } }""", "is no text" },
            { """{ "weight_map": { "a": "x", "a": "y" } }""", "twice" },
            { """{ "weight_map": [] }""", "a JSON text" },
            { """{ "weight_map": { "a": "\ud800" } }""", "a JSON text" },
            { "{", "a JSON text" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void An_index_that_does_not_fit_its_files_is_refused(string text, string expected) =>
        Refusal.Of(() => Read(text), _folder[Index], expected);

    [Fact]
    public void A_missing_shard_and_an_index_among_the_shards_are_refused_by_their_names()
    {
        string gone = _folder["gone.safetensors"];
        Refusal.Of(() => Read(Map(("a", "gone.safetensors"))), gone, "no such file");
        Refusal.Of(() => Read(Map(("a", Index))), _folder[Index], "neither a safetensors file nor");
    }

    private TensorFile Read(string index) => TensorFile.Read(_folder.WriteText(Index, index));

    private static string Map(params (string Name, string File)[] entries) =>
        $$"""
            { "metadata": { "total_size": 12 }, "weight_map": { {{string.Join(
                ", ",
                entries.Select(entry => $"\"{entry.Name}\": \"{entry.File}\"")
            )}} } }
            """;
}

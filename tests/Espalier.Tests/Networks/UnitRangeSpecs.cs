using Espalier.Files;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>How parts of a layer's units are called.</summary>
public class UnitRangeSpecs
{
    [Fact]
    public void Parts_of_a_layer_are_called_by_their_places_in_it()
    {
        string[] names = [.. PermutationGroups.Of(Residual()).Groups.Select(group => group.Name)];
        Assert.Equal(
            ["stem[0..4)", "stem[4..8)", "stem[8..12)", "stem[12..16)", "conv1[0..4)", "conv1[4..8)", "conv1[8..12)", "conv1[12..16)"],
            names
        );
    }

    [Theory]
    [InlineData("conv1[4..16)[4..12)", "conv1[8..16)")]
    [InlineData("conv1[4..16)[4..12)[4..8)", "conv1[12..16)")]
    [InlineData("conv1[4..16)", "conv1[4..16)")]
    [InlineData("a[b[0..2)[1..2)", "a[b[1..2)")]
    [InlineData("conv1", "conv1")]
    public void A_part_of_a_part_is_a_part(string older, string plain) => Assert.Equal(plain, UnitRange.Plain(older));

    [Fact]
    public void A_permutation_whose_parts_were_called_by_their_places_in_parts_is_read()
    {
        Network network = Residual();
        var random = new RandomStream(5, "parts");
        using WeightSet weights = RandomNetworks.Weights(network, random);
        Permutation permutation = Permutation.Uniform(PermutationGroups.Of(network), random);
        Assert.False(permutation.IsIdentity);
        using var folder = new TempFolder();
        string path = Path.Combine(folder.Path, "permutation.safetensors");
        using (var scope = TorchSharp.torch.NewDisposeScope())
            PermutationFile.Write(path, permutation, Certificate.Of(permutation, weights, null, RandomNetworks.Images(network, 4, random)));
        TensorFile file = TensorFile.Read(path);
        Safetensors.Write(
            path,
            file.InOrder.Select(tensor => StoredTensor.FromInts(Older(tensor.Name), tensor.Shape, [.. tensor.ToInts()])),
            file.Metadata
        );
        Assert.Contains("stem[4..16)[4..12)[4..8)", TensorFile.Read(path).Tensors.Keys);
        Permutation read = PermutationFile.Read(path);
        Assert.All(Enumerable.Range(0, read.Sources.Count), group => Assert.Equal(permutation.Sources[group], read.Sources[group]));
    }

    private static string Older(string name) =>
        name.Replace("[4..8)", "[4..16)[0..4)", StringComparison.Ordinal)
            .Replace("[8..12)", "[4..16)[4..12)[0..4)", StringComparison.Ordinal)
            .Replace("[12..16)", "[4..16)[4..12)[4..8)", StringComparison.Ordinal);

    /// <summary>A residual block whose group-norms divide the stream and the branch into four parts.</summary>
    private static Network Residual()
    {
        var b = new NetworkBuilder("n", 3, 4, 4);
        int stem = b.Chain(0, ("stem", new Conv(16, 1)), ("norm", new GroupNorm(4)), ("relu", new Relu()));
        int branch = b.Chain(
            stem,
            ("conv1", new Conv(16, 1)),
            ("norm1", new GroupNorm(4)),
            ("silu", new Silu()),
            ("conv2", new Conv(16, 3, 1, 1)),
            ("norm2", new GroupNorm(4))
        );
        b.Chain(b.Then("add", new Add(), branch, stem), ("flatten", new Flatten()), ("head", new Linear(2)));
        return b.Build();
    }
}

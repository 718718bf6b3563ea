using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Symmetry;

/// <summary>Permutations that cut residual streams: no symmetry, and what stays all the same.</summary>
public class UntiedSpecs
{
    private static readonly Network ResNet = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 2);

    public static IEnumerable<TheoryDataRow<int>> Seeds => Enumerable.Range(0, 100).Select(seed => new TheoryDataRow<int>(seed));

    /// <summary>Half of them over every operation there is.</summary>
    private static Network Graph(int seed, RandomStream random) => seed % 2 == 0 ? RandomNetworks.Graph(random) : AnyNetworks.Graph(random);

    [Fact]
    public void Every_place_where_a_stream_is_written_or_read_is_a_group_and_hidden_layers_stay()
    {
        PermutationGroups groups = PermutationGroups.Untied(ResNet);
        Assert.False(groups.AreTied);
        string AxesOf(string name) =>
            string.Join(
                " <- ",
                groups
                    .AxesOf(ResNet.Parameters.Concat(ResNet.Buffers).Single(p => p.Name == name))
                    .OfType<Axis>()
                    .Select(axis => axis.IsPermutable ? groups.Groups[axis.Segments.Single().Group].Name : "fixed")
            );
        Assert.Equal("conv1.out <- fixed", AxesOf("conv1.weight"));
        Assert.Equal("conv1.out", AxesOf("bn1.weight"));
        Assert.Equal("layer1.0.conv1 <- layer1.0.conv1.in", AxesOf("layer1.0.conv1.weight"));
        Assert.Equal("layer1.0.conv1", AxesOf("layer1.0.bn1.bias"));
        Assert.Equal("layer1.0.conv2.out <- layer1.0.conv1", AxesOf("layer1.0.conv2.weight"));
        Assert.Equal("layer1.0.conv2.out", AxesOf("layer1.0.bn2.running_var"));
        Assert.Equal("layer2.0.shortcut.0.out <- layer2.0.shortcut.0.in", AxesOf("layer2.0.shortcut.0.weight"));
        Assert.Equal("fixed <- linear.in", AxesOf("linear.weight"));
        // One tap a stream's layer output, one a stream's layer input, one a block's hidden layer.
        Assert.Equal((1 + 6 + 2) + (6 + 2 + 1) + 6, groups.Groups.Count);
        Assert.Equal(groups.Groups.Count, groups.Groups.Select(group => group.Name).Distinct().Count());
    }

    [Fact]
    public void A_tap_is_observed_where_the_stream_is_written_or_read()
    {
        PermutationGroups groups = PermutationGroups.Untied(ResNet);
        string SeenAt(string name) => ResNet.Nodes[groups.Groups.Single(group => group.Name == name).Taps.Single().Node].Name;
        Assert.Equal("relu", SeenAt("conv1.out"));
        Assert.Equal("relu", SeenAt("layer1.0.conv1.in"));
        Assert.Equal("layer1.0.bn2", SeenAt("layer1.0.conv2.out"));
        Assert.Equal("layer1.0.relu2", SeenAt("layer1.1.conv1.in"));
        Assert.Equal("layer2.0.shortcut.1", SeenAt("layer2.0.shortcut.0.out"));
        Assert.Equal("flatten", SeenAt("linear.in"));
        Assert.Equal("layer1.0.relu1", SeenAt("layer1.0.conv1"));
    }

    [Fact]
    public void A_norm_before_a_layer_reads_the_stream_for_it()
    {
        var b = new NetworkBuilder("pre-activation", 3, 8, 8);
        int x = b.Then("stem", new Conv(4, 3, 1, 1), 0);
        int r = b.Chain(x, ("bn", new BatchNorm()), ("relu", new Relu()), ("conv", new Conv(4, 3, 1, 1)));
        b.Chain(b.Then("add", new Add(), x, r), ("pool", new GlobalAveragePool()), ("flatten", new Flatten()), ("head", new Linear(3)));
        Network network = b.Build();
        PermutationGroups groups = PermutationGroups.Untied(network);
        Assert.Equal(["stem.out", "bn.in", "conv.out", "head.in"], groups.Groups.Select(group => group.Name));
        Parameter conv = network.Parameters.Single(p => p.Name == "conv.weight");
        Assert.Equal([2, 1], groups.AxesOf(conv).OfType<Axis>().Select(axis => axis.Segments.Single().Group));
    }

    [Fact]
    public void What_a_padded_shortcut_leaves_side_by_side_is_one_tap()
    {
        Network network = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1, shortcut: ShortcutKind.ZeroPad);
        PermutationGroups groups = PermutationGroups.Untied(network);
        foreach (string name in new[] { "layer3.0.conv2.out", "linear.in" })
            Assert.Equal(64, groups.Groups.Single(group => group.Name == name).Units);
        Assert.True(PermutationGroups.Of(network).Groups.Max(group => group.Units) <= 64);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("vgg11")]
    public void Without_residual_streams_nothing_is_cut(string model)
    {
        Network network = Models.Build(model, Shape.Maps(3, 32, 32), 4);
        PermutationGroups tied = PermutationGroups.Of(network),
            untied = PermutationGroups.Untied(network);
        Assert.True(untied.AreTied);
        Permutation one = Permutation.Uniform(tied, new RandomStream(1, "one")),
            other = Permutation.Uniform(untied, new RandomStream(1, "one"));
        Assert.True(one.SameAs(other) && one.SameAs(one.Untie()));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Untied_permutations_keep_counts_and_inverses_whatever_the_graph(int seed)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(seed, "untied");
        WeightSet weights = RandomNetworks.Weights(Graph(seed, random), random);
        Mask mask = RandomNetworks.Mask(weights, random);
        Permutation cut = Permutation.Uniform(PermutationGroups.Untied(weights.Network), random),
            other = Permutation.Uniform(cut.Groups, random);
        Certificate certificate = Certificate.Of(cut, weights, mask, RandomNetworks.Images(weights.Network, 4, random));
        Assert.True(certificate.Holds && certificate.KeepsCounts && certificate.InverseRestores);
        Mask moved = cut.Apply(mask);
        Assert.All(mask.Prunable, p => Assert.Equal(mask.Kept(p), moved.Kept(p)));
        Assert.True(cut.Apply(weights.Masked(mask)).BitEquals(cut.Apply(weights).Masked(moved)));
        Assert.True(cut.After(other).Apply(weights).BitEquals(cut.Apply(other.Apply(weights))));
        Assert.Equal(cut.IsSymmetry, certificate.Caution is null);
        if (!weights.Network.Nodes.Any(node => node.Operation is Add))
            Assert.True(cut.IsSymmetry);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Where_all_taps_agree_it_is_the_tied_move(int seed)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(seed, "agree");
        WeightSet weights = RandomNetworks.Weights(Graph(seed, random), random);
        Mask mask = RandomNetworks.Mask(weights, random);
        Permutation tied = Permutation.Uniform(PermutationGroups.Of(weights.Network), random),
            cut = tied.Untie();
        Assert.True(cut.Apply(weights).BitEquals(tied.Apply(weights)));
        Assert.True(cut.Apply(mask).BitEquals(tied.Apply(mask)));
        Assert.True(cut.Untie().SameAs(cut));
    }

    [Fact]
    public void The_moved_network_computes_another_function_and_the_certificate_says_so()
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(1, "function");
        WeightSet weights = RandomNetworks.Weights(ResNet, random);
        var images = RandomNetworks.Images(ResNet, 4, random);
        Permutation tied = Permutation.Uniform(PermutationGroups.Of(ResNet), random),
            cut = Permutation.Uniform(PermutationGroups.Untied(ResNet), random);
        Certificate ofTied = Certificate.Of(tied, weights, null, images),
            ofCut = Certificate.Of(cut, weights, null, images);
        Assert.True(ofTied.IsSymmetry && ofTied.Caution is null && ofTied.MaxRelativeDifference <= Certificate.Tolerance);
        Assert.True(!ofCut.IsSymmetry && ofCut.Holds && ofCut.MaxRelativeDifference > 1e-3);
        Assert.Equal(Certificate.NoSymmetry, ofCut.Caution);
        // Counts are all that it certifies: without them it does not hold.
        Assert.Throws<InvalidOperationException>(() => (ofCut with { KeepsCounts = false }).MustHold());
        Assert.False((ofCut with { IsSymmetry = true }).Holds);
    }

    [Fact]
    public void A_symmetry_and_what_is_none_are_told_apart()
    {
        Permutation tied = Permutation.Uniform(PermutationGroups.Of(ResNet), new RandomStream(1, "p")),
            cut = tied.Untie();
        Assert.False(tied.SameAs(cut) || cut.SameAs(tied));
        Assert.Throws<InputException>(() => cut.After(tied));
        Assert.True(cut.After(cut.Inverse()).IsIdentity);
        IReadOnlyList<int>[] sources = [.. cut.Sources];
        sources[3] = [.. sources[3].Select(_ => 0)];
        Assert.Contains("no bijection", Assert.Throws<InputException>(() => new Permutation(cut.Groups, sources)).Message);
        Assert.Throws<InputException>(() => new Permutation(cut.Groups, tied.Sources));
    }

    [Fact]
    public void Its_file_is_read_as_what_moves_masks_and_never_as_a_symmetry()
    {
        using var folder = new TempFolder();
        Permutation tied = Permutation.Uniform(PermutationGroups.Of(ResNet), new RandomStream(1, "p")),
            cut = Permutation.Uniform(PermutationGroups.Untied(ResNet), new RandomStream(1, "p"));
        var proof = new Certificate(0, 1, true, true);
        Assert.Throws<InvalidOperationException>(() => PermutationFile.Write(folder["cut"], cut, proof));
        Assert.Throws<InvalidOperationException>(() => PermutationFile.Write(folder["tied"], tied, proof with { IsSymmetry = false }));
        PermutationFile.Write(folder["cut"], cut, new Certificate(1.5, 1, true, true) { IsSymmetry = false });
        PermutationFile.Write(folder["tied"], tied, proof);
        Assert.True(PermutationFile.ReadMove(folder["cut"], ResNet).SameAs(cut));
        Assert.True(PermutationFile.ReadMove(folder["cut"]).SameAs(cut));
        Assert.True(PermutationFile.ReadMove(folder["tied"]).SameAs(tied));
        Assert.Contains("no symmetry", Assert.Throws<InputException>(() => PermutationFile.Read(folder["cut"], ResNet)).Message);
        Network other = ResNet20.Build(Shape.Maps(3, 8, 8), 4, blocks: 1);
        Assert.Throws<InputException>(() => PermutationFile.ReadMove(folder["cut"], other));
    }
}

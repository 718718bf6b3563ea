using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>The paper's networks, as their PyTorch counterparts have them.</summary>
public class ArchitectureSpecs
{
    private static readonly Shape Cifar = Shape.Maps(3, 32, 32);

    [Fact]
    public void ResNet20_has_the_arrays_of_the_released_code()
    {
        Network network = ResNet20.Build(Cifar, 10);
        Dictionary<string, Parameter> byName = network.Parameters.ToDictionary(p => p.Name);
        Assert.Equal([16, 3, 3, 3], byName["conv1.weight"].Shape);
        Assert.Equal([32, 16, 3, 3], byName["layer2.0.shortcut.0.weight"].Shape);
        Assert.Equal([64], byName["layer3.2.bn2.bias"].Shape);
        Assert.Equal([10, 64], byName["linear.weight"].Shape);
        Assert.Equal(291_376, network.Parameters.Where(p => p.IsWeight).Sum(p => p.Count));
        Assert.Equal(268_336, PrunableSet.NoShortcuts.Of(network).Sum(p => p.Count));
        Assert.Equal(42.9e6, network.MultiplyAccumulates(), 0.1e6);
    }

    [Fact]
    public void ResNet20_has_twelve_groups_seen_at_the_end_of_each_block()
    {
        PermutationGroups groups = PermutationGroups.Of(ResNet20.Build(Cifar, 10, width: 2));
        Assert.Equal(
            [
                "conv1",
                "layer1.0.conv1",
                "layer1.1.conv1",
                "layer1.2.conv1",
                "layer2.0.conv1",
                "layer2.0.conv2",
                "layer2.1.conv1",
                "layer2.2.conv1",
                "layer3.0.conv1",
                "layer3.0.conv2",
                "layer3.1.conv1",
                "layer3.2.conv1",
            ],
            groups.Groups.Select(g => g.Name).Order(StringComparer.Ordinal)
        );
        PermutationGroup stream = groups.Groups.Single(g => g.Name == "layer3.0.conv2");
        Assert.Equal(128, stream.Units);
        Assert.Equal("layer3.2.relu2", groups.Network.Nodes[stream.Taps[^1].Node].Name);
        Assert.Equal(3, stream.Taps.Count);
    }

    [Fact]
    public void A_padded_shortcut_ties_the_streams_of_all_stages()
    {
        PermutationGroups groups = PermutationGroups.Of(ResNet20.Build(Cifar, 10, shortcut: ShortcutKind.ZeroPad));
        Assert.Contains(groups.Groups, g => g.Name == "conv1" && g.Units == 16);
        Assert.Equal(64, groups.AxesOf(groups.Network.Parameters.Single(p => p.Name == "linear.weight"))[1]!.Features);
        Assert.Equal(5, groups.AxesOf(groups.Network.Parameters.Single(p => p.Name == "linear.weight"))[1]!.Segments.Count);
    }

    [Theory]
    [InlineData(32, 1)]
    [InlineData(64, 4)]
    public void A_flatten_permutes_whole_maps(int side, int positions)
    {
        PermutationGroups groups = PermutationGroups.Of(Vgg11.Build(Shape.Maps(3, side, side), 10));
        Parameter classifier = groups.Network.Parameters.Single(p => p.Name == "classifier.weight");
        Assert.Equal(8, groups.Groups.Count);
        Assert.Equal(new AxisSegment(7, 512, positions), Assert.Single(groups.AxesOf(classifier)[1]!.Segments));
        Assert.False(groups.AxesOf(classifier)[0]!.IsPermutable);
        Assert.Contains("features.18.weight", groups.Network.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void A_graph_comes_back_from_json_as_it_was()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Network network = RandomNetworks.Graph(new RandomStream(seed, "json"));
            Assert.Equal(network.Fingerprint, NetworkJson.Read(NetworkJson.Write(network), "memory").Fingerprint);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"name":"x","nodes":[]}""")]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"swish"}}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"linear","out":2}}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"flatten"},"inputs":["z"]}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2,"colour":3}},
            {"name":"y","operation":{"op":"flatten"}}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"conv","out":2,"kernel":5}}]}
            """
    )]
    public void A_description_of_no_network_is_refused(string json) =>
        Assert.NotEmpty(Assert.Throws<InputException>(() => NetworkJson.Read(json, "net.json")).Message);

    [Theory]
    [InlineData("resnet2", "resnet20")]
    [InlineData("mlp:widht=3", "width")]
    [InlineData("mlp:width=0", "65536")]
    [InlineData("mlp:width=x", "65536")]
    [InlineData("resnet20:shortcut=conv1", "conv1x1")]
    [InlineData("nowhere.json", "nowhere.json")]
    public void An_impossible_model_is_refused_and_the_nearest_named(string model, string hint) =>
        Assert.Contains(hint, Assert.Throws<InputException>(() => Models.Build(model, Cifar, 10)).Message, StringComparison.Ordinal);
}

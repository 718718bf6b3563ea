using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>Shortcuts are found by how a network is wired.</summary>
public class ShortcutSpecs
{
    private static readonly Shape Cifar = Shape.Maps(3, 32, 32);

    [Theory]
    [InlineData("resnet20", new[] { "layer2.0.shortcut.0", "layer3.0.shortcut.0" })]
    [InlineData("resnet20:shortcut=conv1x1,blocks=1,width=2", new[] { "layer2.0.shortcut.0", "layer3.0.shortcut.0" })]
    [InlineData("resnet20:shortcut=zero-pad", new string[0])]
    [InlineData("vgg11", new string[0])]
    [InlineData("mlp", new string[0])]
    public void The_papers_networks_have_the_shortcuts_they_always_had(string model, string[] expected) =>
        Assert.Equal(expected, Found(Models.Build(model, Cifar, 10)));

    [Fact]
    public void Names_decide_nothing()
    {
        Network network = Models.Build("resnet20", Cifar, 10);
        foreach (string name in new[] { "downsample", "convShortcut", "projection", "x" })
        {
            Network renamed = new(
                "n",
                [.. network.Nodes.Select(node => node with { Name = node.Name.Replace("shortcut", name, StringComparison.Ordinal) })]
            );
            Assert.Equal([$"layer2.0.{name}.0", $"layer3.0.{name}.0"], Found(renamed));
            Assert.Equal(268_336, PrunableSet.NoShortcuts.Of(renamed).Sum(p => p.Count));
            Assert.Equal(268_336 - 432 - 640, PrunableSet.NoShortcutsNorEnds.Of(renamed).Sum(p => p.Count));
            Assert.Equal(291_376, PrunableSet.AllWeights.Of(renamed).Sum(p => p.Count));
        }
        Network misnamed = new(
            "n",
            [.. Models.Build("vgg11", Cifar, 10).Nodes.Select(node => node with { Name = "shortcut." + node.Name })]
        );
        Assert.Equal(PrunableSet.AllWeights.Of(misnamed), PrunableSet.NoShortcuts.Of(misnamed));
    }

    [Theory]
    [InlineData(true, 2, 1, new[] { "right1" })] // pre-activation: the branches part after a rectifier
    [InlineData(false, 2, 1, new[] { "right1" })]
    [InlineData(false, 1, 2, new[] { "left1" })] // whichever side of the sum it stands on
    [InlineData(false, 3, 1, new[] { "right1" })] // a bottleneck
    [InlineData(false, 1, 1, new string[0])] // neither goes past the other
    [InlineData(false, 3, 2, new string[0])] // two layers in a row are no projection
    [InlineData(false, 2, 0, new string[0])]
    [InlineData(false, 0, 1, new string[0])]
    public void A_shortcut_is_the_one_layer_of_a_branch_beside_two_or_more(bool activation, int left, int right, string[] expected)
    {
        var b = new NetworkBuilder("n", 4, 8, 8);
        int x = b.Then("stem", new Conv(4, 3, 1, 1), 0);
        if (activation)
            x = b.Chain(x, ("bn", new BatchNorm()), ("relu", new Relu()));
        int Branch(string side, int layers)
        {
            int at = x;
            for (int i = 1; i <= layers; i++)
                at = b.Chain(at, ($"{side}{i}", new Conv(4, 3, 1, 1)), ($"{side}{i}.bn", new BatchNorm()));
            return at;
        }
        (int l, int r) = (Branch("left", left), Branch("right", right));
        b.Chain(b.Then("sum", new Add(), l, r), ("pool", new GlobalAveragePool()), ("flatten", new Flatten()), ("head", new Linear(3)));
        Assert.Equal(expected, Found(b.Build()));
    }

    [Fact]
    public void Layers_side_by_side_on_a_branch_are_not_in_a_row()
    {
        var b = new NetworkBuilder("n", 4, 8, 8);
        int x = b.Then("stem", new Conv(4, 1), 0),
            both = b.Then("both", new Concat(), b.Then("one", new Conv(2, 1), x), b.Then("two", new Conv(2, 1), x));
        int other = b.Then("other", new Conv(4, 1), x),
            deep = b.Chain(x, ("deep1", new Conv(4, 1)), ("deep2", new DepthwiseConv(3, 1, 1)));
        int wide = b.Then("wide", new Add(), both, other);
        b.Chain(b.Then("sum", new Add(), deep, wide), ("flatten", new Flatten()), ("head", new Linear(3)));
        // Of 'wide' no side goes past the other; of 'sum' all of wide's layers go past deep's two.
        Assert.Equal(["one", "two", "other"], Found(b.Build()));
    }

    [Fact]
    public void Every_random_network_keeps_something_to_prune_and_shortcuts_are_layers()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Network network = RandomNetworks.Graph(new RandomStream(seed, "shortcuts"));
            Assert.All(Shortcuts.Of(network), node => Assert.IsType<Conv>(network.Nodes[node].Operation));
            Assert.NotEmpty(PrunableSet.NoShortcutsNorEnds.Of(network));
        }
    }

    private static string[] Found(Network network) => [.. Shortcuts.Of(network).Select(node => network.Nodes[node].Name)];
}

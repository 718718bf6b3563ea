using Espalier.Networks;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>Sizes and names that other code relies on.</summary>
public class GroupSizeSpecs
{
    private static readonly Shape Cifar = Shape.Maps(3, 32, 32);

    [Theory]
    [InlineData(ShortcutKind.Conv3x3)]
    [InlineData(ShortcutKind.Conv1x1)]
    public void ResNet20_has_four_groups_of_each_width(ShortcutKind kind)
    {
        PermutationGroups groups = PermutationGroups.Of(ResNet20.Build(Cifar, 10, width: 3, shortcut: kind));
        Assert.Equal([48, 48, 48, 48, 96, 96, 96, 96, 192, 192, 192, 192], groups.Groups.Select(g => g.Units).Order());
    }

    [Fact]
    public void A_padded_shortcut_splits_a_stream_where_its_zeros_begin()
    {
        Network network = ResNet20.Build(Cifar, 10, shortcut: ShortcutKind.ZeroPad);
        PermutationGroups groups = PermutationGroups.Of(network);
        Axis axis = groups.AxesOf(network.Parameters.Single(p => p.Name == "linear.weight"))[1]!;
        Assert.Equal([16, 8, 16, 8, 16], axis.Segments.Select(s => s.Units));
        Assert.Equal(5, axis.Segments.Select(s => s.Group).Distinct().Count());
        Assert.Equal(
            [8, 16, 8],
            groups.AxesOf(network.Parameters.Single(p => p.Name == "layer2.1.conv1.weight"))[1]!.Segments.Select(s => s.Units)
        );
        Assert.Equal(
            axis.Segments.Skip(1).Take(3),
            groups.AxesOf(network.Parameters.Single(p => p.Name == "layer2.1.conv1.weight"))[1]!.Segments
        );
    }

    [Fact]
    public void An_mlp_has_a_group_a_hidden_layer_and_fixed_ends()
    {
        Network network = Mlp.Build(Shape.Maps(1, 28, 28), 10, depth: 3, width: 7);
        PermutationGroups groups = PermutationGroups.Of(network);
        Assert.Equal([7, 7, 7], groups.Groups.Select(g => g.Units));
        Assert.Equal(
            ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias", "fc4.weight", "fc4.bias"],
            network.Parameters.Select(p => p.Name)
        );
        Assert.False(groups.AxesOf(network.Parameters[0])[1]!.IsPermutable);
        Assert.False(groups.AxesOf(network.Parameters[^1])[0]!.IsPermutable);
        Assert.Equal(["relu1", "relu2", "relu3"], groups.Groups.Select(g => network.Nodes[g.Taps.Single().Node].Name));
    }

    [Fact]
    public void Vgg11_is_named_like_the_features_of_torchvision()
    {
        Network network = Vgg11.Build(Cifar, 10);
        Assert.Equal(
            new[] { 0, 3, 6, 8, 11, 13, 16, 18 }
                .SelectMany(i => new[] { $"features.{i}.weight", $"features.{i}.bias" })
                .Concat(["classifier.weight", "classifier.bias"]),
            network.Parameters.Select(p => p.Name)
        );
        Assert.Equal(9_225_610, network.ParameterCount);
    }

    [Fact]
    public void Prunable_sets_differ_by_shortcuts_and_ends()
    {
        Network network = ResNet20.Build(Cifar, 10);
        Assert.Equal(291_376, PrunableSet.AllWeights.Of(network).Sum(p => p.Count));
        Assert.Equal(268_336 - 432 - 640, PrunableSet.NoShortcutsNorEnds.Of(network).Sum(p => p.Count));
    }
}

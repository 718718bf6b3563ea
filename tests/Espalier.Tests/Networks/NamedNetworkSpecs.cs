using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Symmetry;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Networks;

/// <summary>Networks by name: as large as torchvision's (tests/interop/named-networks compares logits), and with all that
/// follows.</summary>
public class NamedNetworkSpecs
{
    /// <summary>Parameters of torchvision 0.14's with ten classes, and groups counted along its code.</summary>
    public static TheoryData<string, long, int> Sizes =>
        new()
        {
            { "vgg11:head=torchvision", 128_807_306, 10 },
            { "vgg11_bn", 128_812_810, 10 },
            { "vgg13", 128_991_818, 12 },
            { "vgg13_bn", 128_997_706, 12 },
            { "vgg16", 134_301_514, 15 },
            { "vgg16_bn", 134_309_962, 15 },
            { "vgg19", 139_611_210, 18 },
            { "vgg19_bn", 139_622_218, 18 },
            { "resnet18", 11_181_642, 12 },
            { "resnet34", 21_289_802, 20 },
            { "resnet50", 23_528_522, 37 },
            { "resnet101", 42_520_650, 71 },
            { "resnext50_32x4d", 23_000_394, 37 },
            { "wide_resnet50_2", 66_854_730, 37 },
            { "densenet121", 6_964_106, 120 },
            { "mobilenet_v2", 2_236_682, 25 },
            { "efficientnet_b0", 4_020_358, 40 },
            { "convnext_tiny", 27_827_818, 22 },
            { "vit_b_16", 85_668_106, 37 },
            { "vit_small", 21_600_394, 37 },
            { "vit_tiny", 5_491_786, 37 },
            { "mixer_s16", 17_281_674, 17 },
        };

    public static TheoryData<string> Narrow =>
        [
            "vgg16_bn:width=0.05,head=linear",
            "resnet18:width=0.1,stem=cifar",
            "resnet50:width=0.1",
            "resnext50_32x4d:width=0.5,stem=cifar",
            "wide_resnet50_2:width=0.05",
            "densenet121:width=0.25,stem=cifar",
            "mobilenet_v2:width=0.25,stem=cifar",
            "efficientnet_b0:width=0.25,stem=cifar",
            "convnext_tiny:width=0.1,patch=2",
            "vit_tiny:width=0.25,patch=8,depth=3",
            "mixer_s16:width=0.1,patch=8,depth=3",
        ];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_named_network_has_torchvisions_parameters(string name, long parameters, int groups)
    {
        Network network = Models.Build(name, Shape.Maps(3, 64, 64), 10);
        Assert.Equal(parameters, network.ParameterCount);
        Assert.Equal(groups, PermutationGroups.Of(network).Groups.Count);
        Assert.True(network.MultiplyAccumulates() > 0);
    }

    [Theory]
    [MemberData(nameof(Narrow))]
    public void A_narrow_one_is_permuted_and_pruned_like_any_other(string name)
    {
        using var scope = NewDisposeScope();
        Network network = Models.Build(name, Shape.Maps(3, 32, 32), 4);
        Assert.Equal(network.Fingerprint, NetworkJson.Read(NetworkJson.Write(network), name).Fingerprint);
        var random = new RandomStream(0, "named");
        using WeightSet weights = Initialization.KaimingNormal(network, random);
        Permutation permutation = Permutation.Uniform(PermutationGroups.Of(network), random);
        Assert.False(permutation.IsIdentity);
        Assert.True(Certificate.Of(permutation, weights, null, RandomNetworks.Images(network, 2, random)).Holds);
        using Mask dense = Mask.Dense(weights.Layout, PrunableSet.AllWeights.Of(network));
        MaskPaths paths = MaskPaths.Of(dense);
        // On maps of one position the borders of kernels see nothing but padding.
        Assert.InRange(paths.Effective, 0.65 * dense.PrunableCount, dense.PrunableCount);
        Assert.Equal(0, paths.UnreachedClasses);
        using Mask half = GlobalMagnitude.Prune(weights, dense, dense.PrunableCount / 2);
        Assert.Equal(half.KeptCount, permutation.Apply(half).KeptCount);
    }

    [Fact]
    public void The_groups_of_a_grouped_convolution_move_as_wholes()
    {
        PermutationGroups groups = PermutationGroups.Of(Models.Build("resnext50_32x4d", Shape.Maps(3, 32, 32), 10));
        PermutationGroup[] family =
        [
            .. groups.Groups.Where(group => group.Name.StartsWith("layer1.0.conv", StringComparison.Ordinal) && group.Family == 0),
        ];
        Assert.Equal(
            [("layer1.0.conv1", 128, 32), ("layer1.0.conv2", 128, 32)],
            family.Select(group => (group.Name, group.Units, group.Blocks))
        );
        Assert.Equal(16, groups.Groups.Select(group => group.Family).Where(index => index >= 0).Distinct().Count());
    }

    [Fact]
    public void Heads_move_as_wholes_with_queries_tied_to_keys_and_values_to_what_reads_them()
    {
        Network network = Models.Build("vit_tiny:depth=1,patch=8", Shape.Maps(3, 32, 32), 4);
        PermutationGroups groups = PermutationGroups.Of(network);
        const string Projection = "encoder.layers.encoder_layer_0.self_attention.in_proj";
        Assert.Equal(
            [
                ("conv_proj", 192, 1, -1),
                ($"{Projection}[192..384)", 192, 3, 0),
                ($"{Projection}[384..576)", 192, 3, 0),
                ("encoder.layers.encoder_layer_0.mlp.0", 768, 1, -1),
            ],
            groups.Groups.Select(group => (group.Name, group.Units, group.Blocks, group.Family))
        );
        IEnumerable<Axis> axes = network
            .Parameters.Where(p => p.Name.Contains("self_attention", StringComparison.Ordinal) && p.IsWeight)
            .SelectMany(groups.AxesOf)
            .OfType<Axis>();
        Assert.Equal([1, 1, 2, 0, 0, 2], axes.SelectMany(axis => axis.Segments).Select(run => run.Group));
    }

    [Theory]
    [InlineData("resnet50:width=0", "width=0")]
    [InlineData("resnet50:stem=big", "stem 'big'")]
    [InlineData("vgg16:width=1e3", "width=1e3")]
    [InlineData("mobilenet_v3", "did you mean 'mobilenet_v2'?")]
    [InlineData("vgg16_bn:shortcut=zero-pad", "option of model vgg16_bn 'shortcut'")]
    public void What_a_named_network_does_not_have_is_refused(string name, string says) =>
        Assert.Contains(
            says,
            Assert.Throws<InputException>(() => Models.Build(name, Shape.Maps(3, 32, 32), 10)).Message,
            StringComparison.Ordinal
        );
}

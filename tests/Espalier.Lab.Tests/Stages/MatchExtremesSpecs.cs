using System.Text.Json;
using Espalier.Data;
using Espalier.Matching;
using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Symmetry;
using Espalier.Tests.Data;
using Espalier.Weights;
using TorchSharp;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>Networks at the edge of what can be matched: without units to permute, and with weights out of all proportion.</summary>
public sealed class MatchExtremesSpecs : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly BatchSource _images = new(
        Samples.Set(64, 4, 3, 1),
        new Normalization([0.5f], [0.5f]),
        Augmentation.None,
        torch.CPU,
        torch.ScalarType.Float32
    );

    public static TheoryData<string> Ways =>
        [
            "by=activations",
            "by=weights",
            "by=weights restarts=3 normalize=true",
            "by=combined",
            "by=iterated",
            "by=straight-through",
            "by=saliency",
        ];

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_network_without_units_to_permute_gets_the_empty_permutation(string way)
    {
        var builder = new NetworkBuilder("linear", 1, 4, 3);
        builder.Chain(0, ("flatten", new Flatten()), ("fc", new Linear(10)));
        Network linear = builder.Build();
        (Match match, WeightSet a) = Find(way, linear, 1);
        using (a)
        {
            MatchFile.Write(_folder["p.safetensors"], match, MatchFile.Certify(match, a, null, _images));
            Permutation back = PermutationFile.Read(_folder["p.safetensors"], linear);
            Assert.Empty(back.Sources);
            Assert.True(back.Apply(a).BitEquals(a));
            JsonElement summary = JsonDocument.Parse(File.ReadAllText(_folder["p.json"])).RootElement;
            Assert.Equal(JsonValueKind.Null, summary.GetProperty("mean_score").ValueKind);
            Assert.Empty(MatchFile.ReadGroups(_folder["p.json"]));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Weights_that_overflow_are_refused_or_matched_but_no_internal_failure(string way)
    {
        foreach (float scale in new[] { 1e10f, 1e20f, 1e38f })
        {
            try
            {
                (Match match, WeightSet a) = Find(way, Mlp.Build(Shape.Maps(1, 4, 3), 10, depth: 8, width: 6), scale);
                using (a)
                    MatchFile.Write(_folder["p.safetensors"], match, MatchFile.Certify(match, a, null, _images));
                JsonDocument.Parse(File.ReadAllText(_folder["p.json"]));
                Assert.True(scale < 1e38f, "a network of weights near the largest float was matched");
            }
            catch (InputException refused)
            {
                Assert.Contains("finite", refused.Message);
            }
        }
    }

    [Theory]
    [InlineData("by=weights")]
    [InlineData("by=combined")]
    [InlineData("by=straight-through")]
    public void What_an_ascent_came_to_is_written(string way)
    {
        (Match match, WeightSet a) = Find(way, Mlp.Build(Shape.Maps(1, 4, 3), 10, depth: 2, width: 6), 1);
        using (a)
            MatchFile.Write(_folder["p.safetensors"], match, MatchFile.Certify(match, a, null, _images));
        JsonElement objective = JsonDocument.Parse(File.ReadAllText(_folder["p.json"])).RootElement.GetProperty("objective");
        Assert.Equal(match.Objective[0], objective.GetProperty("start").GetDouble());
        Assert.Equal(match.Objective[^1], objective.GetProperty("reached").GetDouble());
        Assert.Equal(match.Objective.Count - 1, objective.GetProperty("steps").GetInt32());
        if (way != "by=weights")
            return;
        // The criterion itself: the sum of the products of π(A) and B over all that is trained.
        using WeightSet first = RandomNetworks.Weights(a.Network, new RandomStream(1, "a")),
            moved = match.Permutation.Apply(first),
            b = RandomNetworks.Weights(a.Network, new RandomStream(2, "b"));
        double product = moved.Values.data<float>().Zip(b.Values.data<float>()).Sum(pair => (double)pair.First * pair.Second);
        Assert.Equal(product, objective.GetProperty("reached").GetDouble(), 1e-9 * Math.Abs(product));
    }

    [Fact]
    public void A_network_of_other_images_is_refused_before_anything_is_computed()
    {
        Network other = Mlp.Build(Shape.Maps(3, 4, 3), 10, depth: 1, width: 4);
        foreach (string way in new[] { "by=activations", "by=iterated", "by=straight-through" })
            Assert.Contains("takes images 3x4x3", Assert.Throws<InputException>(() => Find(way, other, 1)).Message);
        using WeightSet classes = RandomNetworks.Weights(
            Mlp.Build(Shape.Maps(1, 4, 3), 7, depth: 1, width: 4),
            new RandomStream(0, "seven")
        );
        Assert.Contains("7 classes", Assert.Throws<InputException>(() => Espalier.Training.Evaluation.Of(classes, _images)).Message);
    }

    private (Match Match, WeightSet A) Find(string way, Network network, float scale)
    {
        using WeightSet b = Scaled(RandomNetworks.Weights(network, new RandomStream(2, "b")), scale);
        WeightSet a = Scaled(RandomNetworks.Weights(network, new RandomStream(1, "a")), scale);
        using Mask mask = RandomNetworks.Mask(a, new RandomStream(3, "mask"));
        var problem = new MatchingProblem(a, way == "by=saliency" ? mask : null, b, _images);
        return ((MatchSpecification.Parse(way) with { Activations = new() { Images = 64 } }).Find(problem), a);
    }

    private static WeightSet Scaled(WeightSet weights, float scale)
    {
        using (weights)
            return new WeightSet(weights.Layout, weights.Values.Times(scale), weights.Statistics.clone());
    }
}

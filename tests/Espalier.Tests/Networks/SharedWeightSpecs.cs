using Espalier.Execution;
using Espalier.Networks;
using Espalier.Pruning;
using Espalier.Randomness;
using Espalier.Runtime;
using Espalier.Tests.Support;
using Espalier.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Espalier.Tests.Networks;

/// <summary>Nodes that use another node's arrays.</summary>
public class SharedWeightSpecs
{
    private static readonly Network Twice = Chain(shared: true),
        Apart = Chain(shared: false);

    [Fact]
    public void The_array_is_there_once_and_costs_what_all_its_uses_cost()
    {
        Assert.Equal(Apart.ParameterCount - (4 * 4 * 9 + 4), Twice.ParameterCount);
        Assert.Equal(Apart.MultiplyAccumulates(), Twice.MultiplyAccumulates());
        Parameter conv = Twice.Parameters.Single(p => p.Name == "conv1.weight");
        Assert.Equal(36 + 9, Twice.UsesPerWeight(conv));
        Assert.Equal(["conv2.weight", "conv2.bias"], Twice.Shared.Select(shared => shared.Name));
        Assert.All(Twice.Shared, shared => Assert.Equal(2, shared.Array.Node));
    }

    [Theory]
    [InlineData("a", "b c")]
    [InlineData("b", "c")]
    public void The_last_layers_array_is_its_own_or_anothers_and_neither_end_is_pruned_without_ends(string shared, string pruned)
    {
        var builder = new NetworkBuilder("ends", 1, 2, 5);
        int x = builder.Then("flatten", new Flatten(), 0);
        var layers = new Dictionary<string, int>();
        foreach (string name in new[] { "a", "b", "c" })
        {
            layers[name] = builder.Then(name, new Linear(10), x);
            x = builder.Then($"{name}.relu", new Relu(), layers[name]);
        }
        builder.Sharing(layers[shared], "last", new Linear(10), x);
        Assert.Equal(
            pruned.Split(' ').Select(name => $"{name}.weight"),
            PrunableSet.NoShortcutsNorEnds.Of(builder.Build()).Select(p => p.Name)
        );
    }

    [Fact]
    public void It_computes_and_flows_and_learns_as_two_copies_do_whose_gradients_are_added()
    {
        using var scope = NewDisposeScope();
        (WeightSet one, WeightSet two) = Pair();
        Tensor images = RandomNetworks.Images(Twice, 5, new RandomStream(1, "shared"));
        Assert.True(one.Logits(images).equal(two.Logits(images)).all().item<bool>());
        (Tensor found, Tensor expected) = (Gradient(one, images), Gradient(two, images));
        using Mask maskOne = Mask.Dense(one.Layout, PrunableSet.AllWeights.Of(Twice)),
            maskTwo = Mask.Dense(two.Layout, PrunableSet.AllWeights.Of(Apart));
        (Tensor flow, Tensor flows) = (SynFlow.Scores(one, maskOne), SynFlow.Scores(two, maskTwo));
        foreach (Parameter p in Twice.Parameters)
        {
            Near(Of(two, expected, p), one.Layout.View(found, p));
            Near(Of(two, flows, p), one.Layout.View(flow, p));
        }
    }

    [Fact]
    public void Both_axes_of_both_uses_are_one_group_and_images_hold_what_they_touch()
    {
        PermutationGroups groups = PermutationGroups.Of(Twice);
        Assert.Equal(["stem"], groups.Groups.Select(group => group.Name));
        var b = new NetworkBuilder("held", 4, 6, 6);
        int first = b.Then("first", new Conv(4, 3, 1, 1), 0);
        int relu = b.Then("relu", new Relu(), first);
        int second = b.Sharing(first, "second", new Conv(4, 3, 1, 1), relu);
        b.Chain(second, ("pool", new GlobalAveragePool()), ("flatten", new Flatten()), ("head", new Linear(3)));
        Assert.Empty(PermutationGroups.Of(b.Build()).Groups);
        Assert.NotEmpty(groups.Groups[0].Taps.Skip(1));
    }

    [Fact]
    public void A_description_says_whose_weights_and_one_without_is_what_it_was()
    {
        string json = NetworkJson.Write(Twice);
        Assert.Contains("\"weights\":\"conv1\"", json);
        Assert.Equal(Twice.Fingerprint, NetworkJson.Read(json, "a text").Fingerprint);
        Assert.NotEqual(Twice.Fingerprint, Apart.Fingerprint);
        Assert.DoesNotContain("weights", NetworkJson.Write(Apart));
        using var folder = new TempFolder();
        NetworkJson.WriteFile(folder["net.json"], Twice);
        Assert.Equal(Twice.Fingerprint, NetworkJson.ReadFile(folder["net.json"]).Fingerprint);
    }

    [Theory]
    [InlineData("\"weights\":\"conv1\"", "\"weights\":\"later\"", "uses the weights of 'later', which does not come before it")]
    [InlineData("\"weights\":\"conv1\"", "\"weights\":3", "its weights are 3; expected the name of the node whose weights it uses")]
    [InlineData("\"weights\":\"conv1\"", "\"weights\":\"stem\"", "but needs [4,4,3,3] and [4], and that has [4,2,3,3]")]
    [InlineData("\"weights\":\"conv1\"", "\"weights\":\"f1\"", "but is a conv and that a relu; expected one kind")]
    public void What_cannot_be_shared_is_refused(string from, string to, string why)
    {
        string json = NetworkJson.Write(Twice);
        Assert.Contains(from, json);
        Assert.Contains(
            why,
            Assert.Throws<InputException>(() => NetworkJson.Read(json.Replace(from, to, StringComparison.Ordinal), "a text")).Message
        );
    }

    [Fact]
    public void Batch_norms_operations_without_arrays_and_nodes_without_arrays_of_their_own_share_nothing()
    {
        Refused("but batch-norms share none", new BatchNorm(), new BatchNorm());
        Refused("but a relu has no weights", new Relu(), new Relu());
        var b = new NetworkBuilder("third", 2, 6, 6);
        int x = b.Then("one", new Conv(2, 1), 0);
        x = b.Sharing(x, "two", new Conv(2, 1), x);
        b.Sharing(x, "three", new Conv(2, 1), x);
        Assert.Contains("expected 'one', whose they are", Assert.Throws<InputException>(b.Build).Message);
    }

    [Fact]
    public void A_network_whose_last_layer_is_a_shared_one_has_that_for_a_classifier()
    {
        var b = new NetworkBuilder("last", 1, 1, 3);
        int x = b.Chain(0, ("flatten", new Flatten()), ("one", new Linear(3)), ("mid", new Linear(3)));
        b.Sharing(2, "two", new Linear(3), x);
        Network network = b.Build();
        Assert.Equal(["one.weight"], network.Parameters.Where(network.IsClassifier).Select(p => p.Name));
    }

    private static void Refused(string why, Operation one, Operation two)
    {
        var b = new NetworkBuilder("no", 2, 6, 6);
        int x = b.Then("one", one, 0);
        b.Sharing(x, "two", two, x);
        Assert.Contains(why, Assert.Throws<InputException>(b.Build).Message);
    }

    internal static Network Chain(bool shared)
    {
        var b = new NetworkBuilder("twice", 2, 6, 6);
        int x = b.Then("stem", new Conv(4, 3, 1, 1), 0);
        int conv = b.Then("conv1", new Conv(4, 3, 1, 1, Bias: true), x);
        x = b.Then("f1", new Relu(), conv);
        Conv again = new(4, 3, 2, 1, Bias: true);
        x = shared ? b.Sharing(conv, "conv2", again, x) : b.Then("conv2", again, x);
        b.Chain(x, ("f2", new Relu()), ("pool", new GlobalAveragePool()), ("flatten", new Flatten()), ("head", new Linear(3)));
        return b.Build();
    }

    /// <summary>The same numbers once and twice.</summary>
    internal static (WeightSet Shared, WeightSet Apart) Pair()
    {
        WeightSet one = RandomNetworks.Weights(Twice, new RandomStream(0, "shared"));
        var layout = new ParameterLayout(Apart);
        Tensor values = zeros(layout.Length);
        foreach (Parameter p in Apart.Parameters)
            layout.View(values, p).copy_(one[Twice.Parameters.Single(own => own.Name == First(p.Name))]);
        return (one, new WeightSet(layout, values, one.Statistics.clone()));
    }

    private static string First(string name) => name.Replace("conv2", "conv1", StringComparison.Ordinal);

    private static Tensor Of(WeightSet two, Tensor flat, Parameter p) =>
        Apart
            .Parameters.Where(own => First(own.Name) == p.Name)
            .Select(own => two.Layout.View(flat, own))
            .Aggregate((a, b) => a.add(b, Held.One));

    private static Tensor Gradient(WeightSet weights, Tensor images)
    {
        Tensor values = weights.Values.to(ScalarType.Float64).requires_grad_(true);
        using NodeArrays arrays = NodeArrays.Of(weights.Layout, values, values, weights.Statistics.to(ScalarType.Float64));
        Held.Square(new ForwardPass(weights.Network).Run(arrays, images.to(ScalarType.Float64), training: true)).sum().backward();
        return values.grad!;
    }

    private static void Near(Tensor expected, Tensor found) =>
        Assert.True((expected - found).abs().max().item<double>() <= 1e-12 * Math.Max(1, expected.abs().max().item<double>()));
}

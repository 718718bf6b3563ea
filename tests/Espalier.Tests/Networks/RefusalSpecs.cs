using Espalier.Networks;
using Espalier.Randomness;
using Espalier.Tests.Support;
using Espalier.Weights;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>Networks that cannot be: each refused in a sentence that names the node.</summary>
public class RefusalSpecs
{
    public static TheoryData<Operation, string> Impossible =>
        new()
        {
            { new Linear(3), "flatten" },
            { new Conv(0, 3), "out 0; expected at least 1" },
            { new Conv(2, 0), "kernel" },
            { new Conv(2, 3, 0), "stride" },
            { new Conv(2, 3, 1, -1), "padding" },
            { new Conv(2, 7), "empty" },
            { new DepthwiseConv(7), "empty" },
            { new ConvTranspose(0, 3), "out 0; expected at least 1" },
            { new ConvTranspose(2, 0), "kernel" },
            { new ConvTranspose(2, 3, 2, OutputPadding: 2), "output-padding 2; expected less than its stride 2 or its dilation 1" },
            { new ConvTranspose(2, 2, 1, OutputPadding: new Extent(0, 1)), "output-padding 0x1" },
            { new ConvTranspose(2, 3, 1, 3), "empty" },
            { new ConvTranspose(2, 3, int.MaxValue), "values an image fit" },
            { new MaxPool(5, 1), "empty" },
            { new AveragePool(2, 0), "stride" },
            { new PadShortcut(4, 1), "even" },
            { new PadShortcut(2, 1), "even" },
            { new PadShortcut(5, 0), "stride" },
            { new Add(), "2 inputs" },
            { new Concat(), "2 inputs" },
            { new Multiply(), "2 inputs" },
            { new Conv(4, 3, Groups: 2), "groups 2; expected a number that divides its 3 and 4 channels" },
            { new Conv(3, 3, Groups: 0), "groups 0" },
            { new Conv(3, new Extent(3, 0)), "kernel 3x0" },
            { new Conv(3, 3, Dilation: 2), "empty" },
            { new Conv(3, 3, Dilation: new Extent(1, 0)), "dilation 1x0" },
            { new MaxPool(2, 2, 2), "padding 2; expected at most half of its kernel 2" },
            { new AveragePool(3, 2, new Extent(0, 2)), "padding 0x2" },
            { new AdaptiveAveragePool(0), "size 0" },
            { new LeakyRelu(2), "slope 2" },
            { new Upsample(), "neither a factor nor a size; expected one of them" },
            { new Upsample(2, 7), "both a factor and a size" },
            { new Upsample(new Extent(2, 0)), "factor 2x0; expected at least 1" },
            { new Upsample(Size: new Extent(0, 3)), "size 0x3; expected at least 1" },
            { new Upsample(-1), "factor -1" },
            { new Upsample(65536), "values an image fit" },
            { new Upsample(int.MaxValue), "values an image fit" },
            { new Attention(1), "make them tokens first" },
            { new Transpose(), "make them tokens first" },
            { new Token(), "make them tokens first" },
            { new Token(-1), "index -1" },
            { new Attention(0), "heads 0" },
            { new Dropout(-1), "probability -1" },
            { new Scale(double.NaN), "initial NaN" },
            { new Input(1, 1, 1), "second input" },
            { new LayerNorm(), "layer-norm-2d" },
            { new LayerNorm(), "group-norm with groups 1" },
            { new GroupNorm(2), "expected one of 1, 3" },
            { new GroupNorm(0), "groups 0" },
            { new BatchNorm(-1e-5), "epsilon -1E-05; expected more than 0" },
            { new BatchNorm(0), "epsilon 0" },
            { new BatchNorm(double.NaN), "epsilon NaN" },
            { new BatchNorm(double.PositiveInfinity), "epsilon" },
            { new BatchNorm(1e-5, 1.5), "momentum 1.5; expected at least 0 and at most 1" },
            { new BatchNorm(1e-5, -0.1), "momentum -0.1" },
            { new LayerNorm2d(-1), "epsilon" },
            { new GroupNorm(1, 2), "epsilon 2" },
        };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_node_that_does_not_fit_is_named(Operation operation, string says)
    {
        var b = new NetworkBuilder("n", 3, 4, 4);
        b.Chain(b.Then("culprit", operation, operation is Input ? [] : [0]), ("flatten", new Flatten()), ("head", new Linear(2)));
        string message = Assert.Throws<InputException>(() => b.Build()).Message;
        Assert.Contains("culprit", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unequal_sums_unequal_joins_late_inputs_double_names_and_maps_at_the_end_are_refused()
    {
        foreach (Operation join in new Operation[] { new Add(), new Concat() })
        {
            var b = new NetworkBuilder("n", 3, 4, 4);
            b.Then("join", join, b.Then("conv", new Conv(2, 2), 0), 0);
            Assert.Contains("join", Assert.Throws<InputException>(() => b.Build()).Message, StringComparison.Ordinal);
        }
        Assert.Throws<InputException>(() => new Network("n", [new("input", new Input(1, 1, 1), []), new("x", new Flatten(), [1])]));
        Assert.Throws<InputException>(() => new Network("n", [new("input", new Input(1, 1, 1), []), new("input", new Flatten(), [0])]));
        Assert.Throws<InputException>(() => new Network("n", [new("input", new Input(1, 1, 1), []), new("x", new Relu(), [0])]));
        Assert.Throws<InputException>(() => new Network("n", [new("x", new Flatten(), [0])]));
    }

    [Fact]
    public void Every_numeric_field_of_every_operation_has_a_range()
    {
        OperationField[] fields =
        [
            .. OperationKind.All.SelectMany(kind => kind.Fields).Where(field => field.Type != typeof(bool) && !field.Type.IsEnum),
        ];
        Assert.True(fields.Length > 20);
        Type[] known = [typeof(int), typeof(double), typeof(Extent)];
        Assert.All(fields, field => Assert.Contains(field.Type, known));
        Assert.All(fields, field => Assert.False(field.Range!.Holds(field.Name == "initial" ? -1001 : -1)));
        Assert.All(fields, field => Assert.False(field.Range!.Holds(double.NaN)));
    }

    [Fact]
    public void A_norm_of_single_values_and_a_norm_of_positions_without_positions_are_refused()
    {
        foreach (Operation norm in new Operation[] { new LayerNorm(), new GroupNorm(4), new LayerNorm2d() })
        {
            var b = new NetworkBuilder("n", 1, 2, 2);
            int x = b.Chain(0, ("flatten", new Flatten()), ("fc", new Linear(norm is LayerNorm ? 1 : 4)));
            b.Chain(x, ("culprit", norm), ("head", new Linear(2)));
            Assert.Contains("culprit", Assert.Throws<InputException>(() => b.Build()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Heads_that_do_not_divide_and_tokens_that_are_not_there_are_refused()
    {
        foreach (
            (Operation operation, string says) in new (Operation, string)[]
            {
                (new Attention(2), "3 channels"),
                (new Token(16), "16 of 16"),
            }
        )
        {
            var b = new NetworkBuilder("n", 3, 4, 4);
            b.Chain(b.Then("culprit", operation, b.Then("tokens", new Tokens(), 0)), ("flatten", new Flatten()), ("head", new Linear(2)));
            string message = Assert.Throws<InputException>(() => b.Build()).Message;
            Assert.Contains("culprit", message, StringComparison.Ordinal);
            Assert.Contains(says, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_node_that_nobody_reads_is_refused_by_name()
    {
        var b = new NetworkBuilder("n", 1, 2, 2);
        int x = b.Then("flatten", new Flatten(), 0);
        b.Then("forgotten", new Linear(3), x);
        b.Then("head", new Linear(2), x);
        Assert.Contains("'forgotten'", Assert.Throws<InputException>(() => b.Build()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp:width=65536")]
    [InlineData("resnet20:width=65536")]
    [InlineData("vgg11:width=4000")]
    public void A_network_larger_than_any_array_is_refused(string model) =>
        Assert.Throws<InputException>(() => new ParameterLayout(Models.Build(model, Shape.Maps(3, 32, 32), 10)));

    [Theory]
    [InlineData("""{"name":"x","nodes":null}""")]
    [InlineData(
        """
            {"name":null,"nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"flatten"}}]}
            """
    )]
    [InlineData("""{"name":"x","nodes":[null,null]}""")]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"flatten"},"inputs":[null]}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"flatten"},"inputs":[]}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":1,"height":2,"width":2}},
            {"name":"y","operation":{"op":"conv","out":2,"kernel":3,"padding":2147483647}},
            {"name":"z","operation":{"op":"flatten"}}]}
            """
    )]
    [InlineData(
        """
            {"name":"x","nodes":[{"name":"input","operation":{"op":"input","channels":65536,"height":65537,"width":1}},
            {"name":"y","operation":{"op":"flatten"}}]}
            """
    )]
    public void A_description_with_nothing_or_too_much_in_it_names_its_source(string json) =>
        Assert.StartsWith(
            "net.json",
            Assert.Throws<InputException>(() => NetworkJson.Read(json, "net.json")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_description_changed_anywhere_is_read_or_refused()
    {
        var random = new RandomStream(0, "fuzz");
        for (int i = 0; i < 4000; i++)
        {
            char[] text = NetworkJson.Write(RandomNetworks.Graph(new RandomStream(i % 8, "fuzz graph"))).ToCharArray();
            for (int edits = 1 + random.NextInt(3); edits > 0; edits--)
                text[random.NextInt(text.Length)] = "0159-.,:\"[]{} ns"[random.NextInt(16)];
            try
            {
                _ = NetworkJson.Read(new string(text), "fuzz").ParameterCount;
            }
            catch (InputException) { }
        }
    }
}

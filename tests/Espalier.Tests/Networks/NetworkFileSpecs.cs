using Espalier.Networks;
using Xunit;

namespace Espalier.Tests.Networks;

/// <summary>What a network's file gets wrong is said with its line, its node, its field, and what may stand there.</summary>
public class NetworkFileSpecs
{
    private const string Good = """
        {
          "name": "small", // as reports call it
          "nodes": [
            { "name": "input", "operation": { "op": "input", "channels": 1, "height": 4, "width": 4 } },
            { "name": "conv", "operation": { "op": "conv", "out": 2, "kernel": 3 } },
            { "name": "bn", "operation": { "op": "batch-norm", "epsilon": 1e-5 } },
            { "name": "relu",
              "operation": { "op": "relu" } },
            { "name": "flatten", "operation": { "op": "flatten" }, "inputs": ["relu"] },
            { "name": "head", "operation": { "bias": true, "op": "linear", "out": 3 } }
          ],
        }
        """;

    [Fact]
    public void A_description_is_read_with_what_it_leaves_out()
    {
        Network network = NetworkJson.Read(Good, "net.json");
        Assert.Equal(
            [new Input(1, 4, 4), new Conv(2, 3), new BatchNorm(), new Relu(), new Flatten(), new Linear(3)],
            network.Nodes.Select(node => node.Operation)
        );
        Assert.Equal(network.Fingerprint, NetworkJson.Read(Good.ReplaceLineEndings("\r\n"), "net.json").Fingerprint);
    }

    /// <summary>What is left out counts as 0, which nothing else may be.</summary>
    [Theory]
    [InlineData("\"factor\": 0", "neither a factor nor a size; expected one of them, at least 1")]
    [InlineData("\"factor\": 1.5", "is 1.5; expected a whole number, at least 1, or a list of two")]
    [InlineData("\"factor\": -2", "factor -2; expected at least 1")]
    [InlineData("\"size\": [3, 0]", "size 3x0; expected at least 1")]
    public void What_makes_maps_larger_is_at_least_1(string field, string says)
    {
        string text = Good.Replace("\"op\": \"relu\"", $"\"op\": \"upsample\", {field}", StringComparison.Ordinal);
        Assert.Contains(says, Assert.Throws<InputException>(() => NetworkJson.Read(text, "net.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_something_else_is_not_quoted_whole()
    {
        string program = $"from torch import nn {string.Join(' ', Enumerable.Repeat("x = nn.Linear(3, 4)", 200))}";
        string message = Assert.Throws<InputException>(() => NetworkJson.Read(program, "net.json")).Message;
        Assert.StartsWith("net.json: it is no JSON: ", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 30, 200);
    }

    [Theory]
    [InlineData("1e-5", "\"small\"", 6, "'bn'", "epsilon", "\"small\"", "a number, more than 0 and at most 1")]
    [InlineData("1e-5", "-1e-5", 6, "'bn'", "batch-norm", "epsilon -1E-05", "more than 0 and at most 1")]
    [InlineData("1e-5", "0", 6, "'bn'", "epsilon 0", "more than 0", "at most 1")]
    [InlineData("\"epsilon\"", "\"epsilom\"", 6, "'bn'", "field of batch-norm 'epsilom'", "did you mean 'epsilon'?", "momentum")]
    [InlineData("batch-norm", "batchnorm", 6, "'bn'", "operation 'batchnorm'", "did you mean 'batch-norm'?", "layer-norm-2d")]
    [InlineData("\"kernel\": 3", "\"kernel\": 3.5", 5, "'conv'", "kernel", "3.5", "a whole number, at least 1")]
    [InlineData("\"kernel\": 3", "\"stride\": 1", 5, "'conv'", "no field 'kernel'", "a whole number", "at least 1")]
    [InlineData("\"kernel\": 3", "\"kernel\": 9", 5, "'conv'", "conv", "empty output", "1x4x4")]
    [InlineData("true", "1", 10, "'head'", "bias", "1", "true or false")]
    [InlineData("\"out\": 3", "\"out\": 99999999999", 10, "'head'", "out", "99999999999", "a whole number")]
    [InlineData("[\"relu\"]", "[\"rely\"]", 9, "'flatten'", "'rely'", "come before it", "did you mean 'relu'?")]
    [InlineData("[\"relu\"]", "[7]", 9, "'flatten'", "inputs", "a list of names of nodes", "other things")]
    [InlineData("[\"relu\"]", "[\"conv\"]", 7, "'relu'", "read by no other", "small", "every node but the last")]
    [InlineData("{ \"op\": \"relu\" }", "\"relu\"", 8, "'relu'", "an object such as", "\"relu\"", "\"op\"")]
    [InlineData("{ \"op\": \"relu\" }", "{ \"op\": \"relu\", \"slope\": 1 }", 8, "'relu'", "no fields", "slope", "relu")]
    [InlineData(
        "\"operation\": { \"op\": \"flatten\" }",
        "\"operatoin\": 3",
        9,
        "key of a node",
        "operatoin",
        "did you mean 'operation'?",
        "inputs"
    )]
    [InlineData("\"name\": \"conv\",", "\"name\": \"input\",", 5, "two nodes", "'input'", "small", "named")]
    [InlineData("\"name\": \"conv\",", "\"name\": \"a\", \"name\": \"b\",", 5, "'name'", "twice", "object", "stands")]
    [InlineData("\"nodes\"", "\"layers\"", 3, "key of a network", "layers", "name, nodes", "There is no")]
    [InlineData("\"small\", //", "\"small\" //", 3, "no JSON", "'\"' is invalid", "after", "Expected")]
    public void A_fault_is_named_where_it_is(string what, string becomes, int line, params string[] says)
    {
        string message = Assert
            .Throws<InputException>(() => NetworkJson.Read(Good.Replace(what, becomes, StringComparison.Ordinal), "net.json"))
            .Message;
        Assert.StartsWith($"net.json, line {line}: ", message, StringComparison.Ordinal);
        Assert.All(says, part => Assert.Contains(part, message, StringComparison.Ordinal));
        string end =
            message.Contains("There is no", StringComparison.Ordinal) ? ")."
            : message.Contains("did you mean", StringComparison.Ordinal) ? "'?"
            : ".";
        Assert.EndsWith(end, message, StringComparison.Ordinal);
        foreach (string foreign in new[] { "System.", "Espalier.", "Int32", "Double", "BatchNorm", "Path:", "LineNumber" })
            Assert.DoesNotContain(foreign, message, StringComparison.Ordinal);
    }

    /// <summary>As versions before any field was added computed them: artefacts and ids of stages carry them.</summary>
    [Fact]
    public void Fingerprints_are_those_of_before()
    {
        var b = new NetworkBuilder("r", 1, 28, 28);
        b.Chain(
            0,
            ("stem", new Conv(4, 3, 1, 1)),
            ("norm", new LayerNorm2d(1e-6)),
            ("bn", new BatchNorm()),
            ("gn", new GroupNorm()),
            ("mp", new MaxPool(2, 2)),
            ("ap", new AveragePool(2, 2)),
            ("dw", new DepthwiseConv(3, 1, 1, Bias: true)),
            ("pool", new GlobalAveragePool()),
            ("flatten", new Flatten()),
            ("head", new Linear(10))
        );
        Assert.Equal("0a977cfeff505e3c", b.Build().Fingerprint);
    }

    [Fact]
    public void An_operation_of_every_kind_comes_back_from_its_description()
    {
        foreach (OperationKind kind in OperationKind.All)
            Assert.Equal(kind, OperationKind.Named(kind.Name));
        Assert.Equal(39, OperationKind.All.Count());
    }

    [Fact]
    public void A_network_is_told_from_other_files_by_its_first_letter()
    {
        using var folder = new Support.TempFolder();
        (string Text, bool IsNetwork)[] files =
        [
            (Good, true),
            ("\uFEFF \n" + Good, true),
            ("// mine\n" + Good, true),
            ("", false),
            ("{\0\0\0\0\0\0\0{}", false),
            ("PK", false),
        ];
        foreach ((string text, bool expected) in files)
        {
            File.WriteAllText(folder["net"], text);
            Assert.Equal(expected, NetworkJson.IsText(folder["net"]));
        }
        Assert.Contains(
            "nowhere",
            Assert.Throws<InputException>(() => NetworkJson.IsText(folder["nowhere"])).Message,
            StringComparison.Ordinal
        );
    }
}

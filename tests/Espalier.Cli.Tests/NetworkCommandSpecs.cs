using System.Text.Json;
using System.Xml.Linq;
using Espalier.Cli.Tests.Support;
using Espalier.Networks;
using Xunit;

namespace Espalier.Cli.Tests;

/// <summary><c>network</c>: what follows from a description, whether a checkpoint fits it, and what editors know of it.</summary>
public sealed class NetworkCommandSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_says_shapes_costs_and_groups_and_what_ties_them()
    {
        JsonElement shown = (
            await Shell.MustAsync("network", "show", "resnet18:width=0.25,stem=cifar", "--input", "3x32x32", "--classes", "7", "--json")
        ).Json();
        Network network = Models.Build("resnet18:width=0.25,stem=cifar", Shape.Maps(3, 32, 32), 7);
        Assert.Equal(network.Fingerprint, shown.GetProperty("fingerprint").GetString());
        JsonElement[] nodes = [.. shown.GetProperty("nodes").EnumerateArray()];
        Assert.Equal(network.Nodes.Select(node => node.Name), nodes.Select(node => node.GetProperty("name").GetString()));
        JsonElement first = nodes[1];
        Assert.Equal("16x32x32", first.GetProperty("output").GetString());
        Assert.Equal(2L * 432 * 32 * 32, first.GetProperty("flops").GetInt64());
        JsonElement stream = shown.GetProperty("groups").EnumerateArray().Single(group => group.GetProperty("name").GetString() == "conv1");
        Assert.Equal(["layer1.0.add", "layer1.1.add"], stream.GetProperty("tied_by").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(
            ["conv1", "layer1.0.conv2", "layer1.1.conv2"],
            stream.GetProperty("written_by").EnumerateArray().Select(name => name.GetString())
        );
        string table = (await Shell.MustAsync("network", "show", "resnext50_32x4d:width=0.5", "--input", "3x64x64")).Out;
        Assert.Contains("layer1.0.conv1", table);
        Assert.Contains("│ 32 ", table);
    }

    [Fact]
    public async Task The_picture_is_xml_with_a_row_for_every_node_and_a_line_for_whatever_reads_one()
    {
        string path = _folder["vit.svg"];
        await Shell.MustAsync("network", "show", "vit_tiny:depth=2,patch=8", "--input", "3x32x32", "--classes", "4", "--svg", path);
        XElement svg = XElement.Parse(File.ReadAllText(path));
        Network network = Models.Build("vit_tiny:depth=2,patch=8", Shape.Maps(3, 32, 32), 4);
        Assert.Equal(
            network.Nodes.Select(node => node.Name),
            svg.Descendants().Where(e => e.Name.LocalName == "title").Skip(1).Select(title => title.Value.Split(':')[0])
        );
        Assert.Equal(network.Nodes.Sum(node => node.Inputs.Count), svg.Elements().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public async Task Check_says_what_fits_and_the_nearest_names_of_what_does_not()
    {
        string trained = _folder["A"];
        string small = "mlp:depth=1,width=8";
        await Shell.MustAsync([
            "train",
            "--model",
            small,
            "--epochs",
            "1",
            "--train-images",
            "64",
            "--batch-size",
            "32",
            "--threads",
            "1",
            "--quiet",
            "--out",
            trained,
        ]);
        string weights = Path.Combine(trained, "weights.safetensors");
        ShellResult whole = await Shell.MustAsync("network", "check", small, "--input", "1x28x28", "--weights", weights);
        Assert.Contains("all 4 arrays fit", Assert.Single(whole.Out.TrimEnd().Split('\n'))); // and no empty table
        string own = _folder.WriteText(
            "own.json",
            """
            {"name":"own","nodes":[
            {"name":"input","operation":{"op":"input","channels":1,"height":28,"width":28}},
            {"name":"flatten","operation":{"op":"flatten"}},
            {"name":"fc_1","operation":{"op":"linear","out":8}},
            {"name":"relu","operation":{"op":"relu"}},
            {"name":"fc2","operation":{"op":"linear","out":7}}]}
            """
        );
        ShellResult result = await Shell.RunAsync("network", "check", own, "--weights", weights, "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains("6 arrays", Assert.Single(result.ErrorLines));
        JsonElement[] arrays = [.. JsonDocument.Parse(result.Out).RootElement.GetProperty("arrays").EnumerateArray()];
        JsonElement Of(string name) => arrays.Single(array => array.GetProperty("name").GetString() == name);
        Assert.Equal(
            ("missing", "fc1.weight"),
            (Of("fc_1.weight").GetProperty("kind").GetString(), Of("fc_1.weight").GetProperty("nearest").GetString())
        );
        Assert.Equal("too-much", Of("fc1.bias").GetProperty("kind").GetString());
        Assert.Equal("other-shape", Of("fc2.weight").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task The_published_schema_is_the_one_that_is_printed()
    {
        string printed = (await Shell.MustAsync("network", "schema")).Out;
        JsonDocument.Parse(printed);
        foreach (string name in new[] { "leaky-relu", "attention", "dilation", "exclusiveMinimum" })
            Assert.Contains(name, printed);
        string published = Repository.PathOf("docs/network.schema.json");
        if (Environment.GetEnvironmentVariable("ESPALIER_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(published, printed);
        Assert.Equal(File.ReadAllText(published), printed);
    }

    [Theory]
    [InlineData("network show resnet50 --input 3x32", "3x32")]
    [InlineData("network show resnet50 --classes 0", "0")]
    [InlineData("network show nothing", "nothing")]
    [InlineData("network check resnet18 --weights nowhere.pth", "nowhere.pth")]
    public async Task What_cannot_be_looked_at_is_refused(string line, string about)
    {
        ShellResult result = await Shell.RunAsync(line.Split(' '));
        Assert.Equal(2, result.Code);
        Assert.Contains(about, Assert.Single(result.ErrorLines));
    }
}

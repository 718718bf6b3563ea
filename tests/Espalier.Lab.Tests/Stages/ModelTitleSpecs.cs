using Espalier.Data;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Stages;
using Espalier.Networks;
using Xunit;

namespace Espalier.Lab.Tests.Stages;

/// <summary>What reports call the networks of a grid.</summary>
public sealed class ModelTitleSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_network_from_a_file_is_called_by_the_name_in_the_file_wherever_that_lies()
    {
        string here = Write("here.json", "my-net", 16),
            there = Write("there/net.json", "my-net", 16);
        Grid grid = new() { RewindEpochs = [2], Options = new Recipe().With(training: t => t with { Epochs = 10 }) };
        Plan one = Planner.Of(grid with { Models = [here] }),
            other = Planner.Of(grid with { Models = [there] });
        Assert.All(one.Cells, cell => Assert.Equal("my-net", cell.Model));
        Assert.Equal(one.Stages.Select(stage => stage.Id), other.Stages.Select(stage => stage.Id));
        Assert.NotEmpty(CellFilter.Keep(one, "model=my-net").Cells);
    }

    [Fact]
    public void No_two_networks_of_a_grid_share_a_title_and_none_takes_that_of_a_built_in_one()
    {
        string[] names =
        [
            Write("a.json", "net", 16),
            Write("b.json", "net", 32),
            Write("c.json", "resnet20", 16),
            Write("d.json", "mlp:width=4", 16),
            "mlp",
            "resnet20",
        ];
        Assert.Equal(
            ["net", "net (2)", "resnet20 (file)", "mlp:width=4 (file)", "mlp", "resnet20"],
            ModelSource.All(names, DataSetFacts.Of(DataSets.Embedded)).Select(model => model.Title)
        );
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string path, string name, int width)
    {
        string place = _folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, NetworkJson.Write(new Network(name, Mlp.Build(Shape.Maps(1, 28, 28), 10, depth: 2, width: width).Nodes)));
        return place;
    }
}

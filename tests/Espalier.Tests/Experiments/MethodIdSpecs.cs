using System.Security.Cryptography;
using System.Text;
using Espalier.Experiments.Plans;
using Espalier.Experiments.Recipes;
using Espalier.Experiments.Stages;
using Xunit;

namespace Espalier.Tests.Experiments;

/// <summary>
/// Artefacts in stores are found by the ids of their stages: those of every method as they were when each began.
/// </summary>
public class MethodIdSpecs
{
    private static readonly Grid Small = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.8, 0.9],
        RewindEpochs = [0, 2],
        MatchEpochs = [5, 10],
        Methods = Methods.All,
        Options = new Recipe { Epochs = 10, RoundEpochs = 2 },
    };

    [Fact]
    public void Every_method_keeps_the_ids_of_its_cells()
    {
        Plan plan = Planner.Of(Small);
        Assert.Equal(
            [
                "dense a6b49671b97b",
                "dense-b eddad10ce0fd",
                "imp 0a505ef9eb92",
                "lth 5a15af1d3e96",
                "naive 2529f74ca811",
                "permuted 62356d489a7c",
                "weight-matched 514d87fdca59",
                "weight-refined 62b01321af5f",
                "shuffled-units 5398addd8c57",
                "shuffled-layer 4a908649d852",
                "erk-random eb737b9c8e9c",
                "uniform-random 69ac2a53cd7a",
                "snip ab811ab3ae5f",
                "syn-flow 8a63c3772c46",
                "set 9ab512d3fd0e",
                "rigl c305e047e54d",
                "rigl-uniform 4c6b8c861a65",
                "gmp 58bd4b38bfde",
                "b-imp dcae5e4c695a",
            ],
            plan.Cells.GroupBy(cell => cell.Method).Select(cells => $"{cells.Key} {Hash(cells)}")
        );
    }

    [Fact]
    public void A_plan_of_everything_keeps_its_stages_their_order_and_the_titles_of_sparse_trainings()
    {
        Plan plan = Planner.Of(
            Small with
            {
                Seeds = [0, 1],
                Studies = Studies.All,
                MatchVariants = [MatchVariant.Parse("by=combined against=init")],
            }
        );
        Assert.Equal(
            "422 1cbe9d948ee8 92bd5e845ce5",
            $"{plan.Stages.Count} {Hash(plan.Stages.Select(stage => stage.Id))} {Hash(plan.Stages.OfType<SparseStage>().Select(stage => stage.Title))}"
        );
    }

    /// <summary>B is trained no further than what is planned needs, and keeps the epochs that it reads.</summary>
    [Fact]
    public void Every_method_alone_trains_the_same_B_as_before() =>
        Assert.Equal(
            "e96552006460",
            Hash(Methods.All.SelectMany(method => Planner.Of(Small with { Methods = [method] }).Stages).Select(stage => stage.Id))
        );

    private static string Hash(IEnumerable<PlannedCell> cells) => Hash(cells.Select(cell => cell.Stage.Id));

    private static string Hash(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))))[..12];
}

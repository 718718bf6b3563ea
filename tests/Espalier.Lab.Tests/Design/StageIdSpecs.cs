using System.Security.Cryptography;
using System.Text;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Stages;
using Xunit;

namespace Espalier.Lab.Tests.Design;

/// <summary>
/// The names of stages as they have been: a store that somebody filled is found again. A change here makes finished work be done once more,
/// and has to be said in CHANGELOG.md.
/// </summary>
public class StageIdSpecs
{
    private static readonly string[] Variants =
    [
        "by=activations",
        "by=activations against=rewind of=pruned",
        "by=activations against=init",
        "by=weights",
        "by=weights against=rewind of=pruned",
        "by=weights against=rewind of=pruned start=activations",
        "by=weights against=init of=pruned criterion=kept restarts=3",
        "by=weights of=pruned criterion=magnitude normalize=true",
        "by=combined",
        "by=combined against=rewind of=pruned criterion=kept-sign restarts=2 lambda=0.5",
        "by=iterated",
        "by=iterated against=rewind of=pruned",
        "by=straight-through",
        "by=straight-through against=rewind of=pruned start=activations",
        "by=saliency of=pruned",
        "by=saliency against=rewind of=pruned start=activations",
    ];

    /// <summary>The methods whose names are held here, in the order that their stages are planned in.</summary>
    private static readonly IReadOnlyList<Method> Held =
    [
        .. (
            "lth naive permuted weight-matched weight-refined shuffled-units shuffled-layer erk-random uniform-random snip syn-flow set "
            + "rigl rigl-uniform gmp b-imp dense"
        )
            .Split(' ')
            .Select(Methods.Parse),
    ];

    private static readonly Grid Small = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.8, 0.9],
        RewindEpochs = [0, 2],
        MatchEpochs = [5, 10],
        Methods = Held,
        Options = new Recipe().With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 }),
    };

    [Theory]
    [InlineData("paper")]
    [InlineData("released")]
    public void Finished_stages_keep_their_names(string recipe)
    {
        var grid = new Grid
        {
            Models = ["mlp"],
            Seeds = [0, 1],
            Sparsities = [0.8, 0.9],
            RewindEpochs = [0, 2],
            MatchEpochs = [5, 10],
            Methods = Held,
            MatchVariants = [.. Variants.Select(MatchVariant.Parse)],
            Studies = Studies.All,
            Recipe = recipe,
        };
        Recipe options = NamedRecipes
            .Of(recipe, grid.DataSet)
            .With(training: t => t with { Epochs = 10 }, fineTuning: t => t with { Epochs = 2 });
        Plan plan = Planner.Of(grid with { Options = options });
        string[] found =
        [
            .. plan.Cells.GroupBy(cell => cell.Method).Select(group => Line(group.Key, group.Select(cell => cell.Stage))),
            .. plan
                .Studies.GroupBy(study => study.GetType().Name)
                .Select(group => Line(group.Key, group.SelectMany(study => study.Stages))),
            .. plan.Stages.GroupBy(stage => stage.Kind).Select(group => Line($"kind {group.Key}", group)),
        ];
        Assert.Equal((recipe == "paper" ? Paper : Released).Split('\n'), found.Order(StringComparer.Ordinal));
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
            $"{plan.Stages.Count} {Hash(plan.Stages.Select(stage => stage.Id))} "
                + $"{Hash(plan.Stages.OfType<SparseStage>().Select(stage => stage.Title))}"
        );
    }

    /// <summary>B is trained no further than what is planned needs, and keeps the epochs that it reads.</summary>
    [Fact]
    public void Every_method_alone_trains_the_same_B_as_before() =>
        Assert.Equal(
            "e96552006460",
            Hash(Held.SelectMany(method => Planner.Of(Small with { Methods = [method] }).Stages).Select(stage => stage.Id))
        );

    private static string Hash(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))))[..12];

    private static string Line(string what, IEnumerable<Stage> stages)
    {
        string[] ids = [.. stages.Select(stage => stage.Id).Distinct().Order(StringComparer.Ordinal)];
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ids)));
        return $"{what}: {ids.Length}, {Convert.ToHexStringLower(digest[..8])}";
    }

    private const string Paper = """
        PlannedBarrier: 56, 74dee9fa38b5fa8a
        PlannedEnsemble: 27, b98044baa93b557a
        PlannedPlane: 100, 3000cce1144ae3bf
        b-imp: 8, ce031e5851723dbd
        dense-b: 2, 737672d922f19815
        dense: 6, bcba2a92b69e60ae
        erk-random: 8, a640a1ce332577b1
        gmp: 8, 76a5018624fd5d84
        imp: 4, e2463e19bd133e62
        kind barrier: 56, 74dee9fa38b5fa8a
        kind dense: 4, f8838a810fa004a9
        kind ensemble: 15, 095edc638aaa29db
        kind evaluate: 4, 0a94e818e68332d4
        kind match: 91, 916aa08d8747ce82
        kind plane: 100, 3000cce1144ae3bf
        kind prune: 48, 116289ca65cdb9aa
        kind soup: 12, e7aaae73198c7790
        kind sparse: 264, 92f8ae52897b607a
        lth: 8, 90e538de17c691e9
        naive: 8, e010e19a5a2882e1
        permuted by=activations against=init: 8, e8f445ef60357914
        permuted by=activations against=rewind of=pruned: 8, 4e215e2506b5c171
        permuted by=activations: 8, 409e0f9647ebffc3
        permuted by=combined against=rewind of=pruned criterion=kept-sign restarts=2 lambda=0.5: 8, 0838ceadbe8dbaf2
        permuted by=combined: 8, 2857952d8b5920d7
        permuted by=iterated against=rewind of=pruned: 8, 3f345d403a9dda4a
        permuted by=iterated: 8, 69d670446cb0949e
        permuted by=saliency against=rewind of=pruned start=activations: 8, 6470879c39b4364d
        permuted by=saliency of=pruned: 8, cacf5c69a19c6614
        permuted by=straight-through against=rewind of=pruned start=activations: 8, e322e6873d3e234f
        permuted by=straight-through: 8, 146e8a3950262b3c
        permuted by=weights against=init of=pruned criterion=kept restarts=3: 8, 9623770d0dbaf6a5
        permuted by=weights against=rewind of=pruned start=activations: 8, f41115b466fdf221
        permuted by=weights against=rewind of=pruned: 8, eb5dc6a26698ad26
        permuted by=weights of=pruned criterion=magnitude normalize=true: 8, 746ff0aea0ba8b82
        permuted by=weights: 8, 64615466b682e61b
        permuted: 16, 2aafce89881907b0
        rigl-uniform: 8, 5f9317781de6bb63
        rigl: 8, b57d17757115bca4
        set: 8, 0994595fa278bbd2
        shuffled-layer: 8, 175f84078ab403a9
        shuffled-units: 8, 48cfe182db2a915a
        snip: 8, 705104b5f0ccfd4e
        syn-flow: 8, a5dd46bcd04e322b
        uniform-random: 8, 18668f9a0d826be1
        weight-matched: 8, eb5dc6a26698ad26
        weight-refined: 8, b9839ef85e4571b8
        """;

    private const string Released = """
        PlannedBarrier: 56, cd56702446cdaba1
        PlannedEnsemble: 27, 40d1ee4a3369da6f
        PlannedPlane: 100, dbf5f3998226f22a
        b-imp: 8, 0cb5cba0ba28748d
        dense-b: 2, 0819ad789f1acf16
        dense: 6, 24a49ae99bcf8836
        erk-random: 8, c5a1e45b4c79c8f7
        gmp: 8, fc7c91b5c16f568f
        imp: 4, 2888c41b2c0a3339
        kind barrier: 56, cd56702446cdaba1
        kind dense: 4, a2cc832519223d6a
        kind ensemble: 15, 085476bb1d88d5b2
        kind evaluate: 4, 1bd0790c85f10894
        kind match: 91, 076761793b833020
        kind plane: 100, dbf5f3998226f22a
        kind prune: 48, 17a27e7df271713a
        kind soup: 12, e7e5935485cfe74e
        kind sparse: 264, 812756218882a0e6
        lth: 8, 1df8bbf959e4f9b8
        naive: 8, 620d045c3fe43724
        permuted by=activations against=init: 8, 1cb570657e86bb38
        permuted by=activations against=rewind of=pruned: 8, c9893fc1c072b40c
        permuted by=activations: 8, 7288c62ae81bff5e
        permuted by=combined against=rewind of=pruned criterion=kept-sign restarts=2 lambda=0.5: 8, f32436cfd925f1a5
        permuted by=combined: 8, 9274fc8f9bdbaabb
        permuted by=iterated against=rewind of=pruned: 8, 5d9308ed4132394a
        permuted by=iterated: 8, 69969857ebd41122
        permuted by=saliency against=rewind of=pruned start=activations: 8, 8a5fae5144d490eb
        permuted by=saliency of=pruned: 8, fadb776f662e9bba
        permuted by=straight-through against=rewind of=pruned start=activations: 8, d8fd866629e17314
        permuted by=straight-through: 8, a3b50c557af09e69
        permuted by=weights against=init of=pruned criterion=kept restarts=3: 8, 00b1cce0418fa3e9
        permuted by=weights against=rewind of=pruned start=activations: 8, 8b16e421cd8e8386
        permuted by=weights against=rewind of=pruned: 8, 9a6ef57a4f3e1856
        permuted by=weights of=pruned criterion=magnitude normalize=true: 8, 5a5988ef540a914a
        permuted by=weights: 8, b2eeadf59a139961
        permuted: 16, 4ebaddea958ddaeb
        rigl-uniform: 8, cbde75b869a4cb4b
        rigl: 8, 1cb05208c7b16538
        set: 8, 2c25c0200cf70e59
        shuffled-layer: 8, a25a76597945c4db
        shuffled-units: 8, 0eaf73082e5add44
        snip: 8, a5fcc7fc8ad7a6e0
        syn-flow: 8, 8159cbe3a0afccf0
        uniform-random: 8, 6e00262993535409
        weight-matched: 8, 9a6ef57a4f3e1856
        weight-refined: 8, c5c869d2ada4987a
        """;
}

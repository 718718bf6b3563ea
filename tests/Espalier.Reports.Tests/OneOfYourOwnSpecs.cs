using System.Net;
using Espalier.Lab;
using Espalier.Lab.Design;
using Espalier.Lab.Design.Planning;
using Espalier.Lab.Design.Recipes;
using Espalier.Lab.Engine;
using Espalier.Lab.Findings;
using Espalier.Matching;
using Espalier.Pruning;
using Espalier.Reports.Analysis;
using Espalier.Reports.Drawing;
using OneOfYourOwn;

namespace Espalier.Reports.Tests;

/// <summary>
/// The worked examples of CONTRIBUTING.md, which are the files of a sample outside the library: a method, a way to match, a pruning
/// criterion, a kind of stage, an option and a figure that it knows nothing of, in one tiny grid.
/// </summary>
public sealed class OneOfYourOwnSpecs : IDisposable
{
    private static readonly MatchVariant s_norms = new() { How = new MatchSpecification { By = NormMatcher.Way } };

    private static readonly Grid s_tiny = new()
    {
        Models = ["mlp:depth=2,width=16"],
        Sparsities = [0.5],
        RewindEpochs = [1],
        Methods = [Methods.Lth, Methods.Naive, MagnitudeAtStart.Method, GentleRigl.Method],
        MatchVariants = [s_norms],
        Evaluate = EvaluatedNetworks.None,
        Options = GentleRigl.Fraction.Set(
            new Recipe { TrainImages = 128 }.With(
                training: t => t with { Epochs = 2, BatchSize = 32 },
                pruning: p => p with { RoundFraction = 0.5, Criterion = Lamp.Criterion },
                fineTuning: t => t with { Epochs = 1 },
                updates: u => u with { Times = u.Times with { Every = 1 } }
            ),
            0.05
        ),
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_are_trained_measured_and_shown_beside_the_librarys()
    {
        DistanceStage[] distances = [];
        var experiment = new Experiment(
            s_tiny,
            _folder["store"],
            besides: plan => distances = [Distance(plan, "lth", "lth"), Distance(plan, "lth", "naive")]
        );
        Assert.Null(experiment.ResultOf(distances[1]));
        Assert.Empty((await experiment.RunAsync(cancel: TestContext.Current.CancellationToken)).Failures);

        Assert.Equal(0, experiment.ResultOf(distances[0])!["distance"]);
        Assert.InRange(experiment.ResultOf(distances[1])!["distance"], 0.1, 1e3);
        RunResults results = experiment.Results("espalier run");
        Assert.Contains(results.Costs, cost => cost is { Kind: "distance", Done: 2 });
        Assert.Equal(
            ["lth", "naive", "magnitude-at-start", "gentle-rigl", "permuted by=norms"],
            results.Cells.Where(cell => cell.RewindEpoch is not null).Select(cell => cell.Method)
        );
        Assert.All(results.Cells.Where(cell => cell.RewindEpoch is not null), cell => Assert.Equal(0.5, cell.AchievedSparsity, 2));
        Assert.Equal(
            ["lth", "naive", "erk-random", "magnitude-at-start", "snip", "gentle-rigl", "unknown", "b-imp"],
            new RunMethods(results).Sort(["b-imp", "unknown", "gentle-rigl", "magnitude-at-start", "snip", "erk-random", "naive", "lth"])
        );

        Report.Write(results, _folder["report"], SeedFigure.Of);
        string page = WebUtility.HtmlDecode(File.ReadAllText(_folder["report/report.html"])),
            tables = File.ReadAllText(_folder["report/tables.md"]);
        Assert.All(
            new[] { MagnitudeAtStart.Method, GentleRigl.Method },
            method =>
            {
                Assert.Contains(method.Meaning, page);
                Assert.Contains($">{method.Label}<", page);
                Assert.Contains($"| {method.Label} |", tables);
            }
        );
        Assert.Contains("matched (norms, B@T)", tables);
        Assert.Contains("Naive − magnitude", tables); // of a control a claim is made
        Assert.Contains("gentle\\_fraction is 0.05", tables);
        Assert.Contains("criterion is lamp", tables);
        Assert.Contains("Further figures", page);
        Assert.Contains("Every seed", File.ReadAllText(_folder["report/figures/every-seed.svg"]));
        Assert.True(File.Exists(_folder["report/figures/every-seed.png"]));
    }

    [Fact]
    public void A_file_has_them_by_their_names_and_means_the_same()
    {
        Grid read = GridFile.Parse(GridFile.Text(s_tiny), "my grid");
        Assert.Equal(Ids(s_tiny), Ids(read));
        Assert.Same(GentleRigl.Method, read.Methods[^1]);
        Assert.Same(Lamp.Criterion, read.Options.Pruning.Criterion);
        Assert.Equal(0.05, GentleRigl.Fraction.Of(GridFile.Set(new Recipe(), ["gentle-fraction=0.05"])));
    }

    [Fact]
    public void An_option_as_usual_is_left_out_of_files_and_reaches_only_what_reads_it()
    {
        Grid usual = s_tiny with { Options = GentleRigl.Fraction.Set(s_tiny.Options, GentleRigl.Fraction.Usual) };
        Assert.Equal(usual.Options, s_tiny.Options with { Own = OwnValues.None });
        Assert.NotEqual(usual.Options, s_tiny.Options);
        Assert.DoesNotContain("gentle_fraction", GridFile.Text(usual));
        Stage changed = Assert.Single(Planner.Of(s_tiny).Stages.ExceptBy(Ids(usual), stage => stage.Id));
        Assert.StartsWith("gentle-rigl", changed.Title);
    }

    [Fact]
    public void An_option_out_of_its_range_is_refused() =>
        Assert.Equal(
            "An option gentle_fraction of 1.5 is impossible; expected more than 0 and less than 1.",
            Assert.Throws<InputException>(() => Planner.Of(s_tiny with { Options = GentleRigl.Fraction.Set(s_tiny.Options, 1.5) })).Message
        );

    [Fact]
    public void A_name_that_is_taken_is_not_registered()
    {
        Assert.Same(GentleRigl.Method, Methods.Register(GentleRigl.Method)); // once more is no other
        Assert.Throws<ArgumentException>(() => Methods.Register(GentleRigl.Method with { Label = "another" }));
        foreach (string name in new[] { "lth", "dense-a", "permuted by=weights" })
            Assert.Throws<ArgumentException>(() => Methods.Register(GentleRigl.Method with { Name = name }));
        Assert.Same(Lamp.Criterion, PruningCriteria.Register(Lamp.Criterion));
        Assert.Throws<ArgumentException>(() => PruningCriteria.Register(new SnipCriterion { Name = "lamp" }));
        Assert.Throws<ArgumentException>(() => MatchWays.Register(new MatchWay("weights", _ => new NormMatcher())));
        Assert.Throws<ArgumentException>(() => RecipeOptions.Register("momentum", 0.5, _ => true, "any"));
        Assert.Throws<ArgumentException>(() => RecipeOptions.Register("No Name", 0.5, _ => true, "any"));
        Assert.Throws<ArgumentException>(() => RecipeOptions.Register("its_default", 0.5, value => value > 1, "more than 1"));
        Assert.Throws<ArgumentException>(() => RecipeOptions.Register("of_no_file", new object(), _ => true, "any"));
    }

    [Fact]
    public void A_figure_under_anothers_name_is_refused()
    {
        RunResults results = Support.Fixtures.OneSeed;
        Figure? Named(string id) => new Charts.PanelGrid(1).Draw(id, "t", "c", [], []);
        foreach (string id in new[] { "epochs", "No name", "" })
            Assert.Throws<ArgumentException>(() => Report.Write(results, _folder["refused"], _ => Named(id)));
        Assert.False(Directory.Exists(_folder["refused"]));
    }

    private static DistanceStage Distance(Plan plan, string from, string to) =>
        new(plan.Cells.First(cell => cell.Method == from).Stage, plan.Cells.First(cell => cell.Method == to).Stage);

    private static IEnumerable<string> Ids(Grid grid) => Planner.Of(grid).Stages.Select(stage => stage.Id);
}
